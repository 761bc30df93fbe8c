import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

// One HTML file of plain ASCII: what is embedded in a program has no encoding to get wrong.
export default defineConfig({
  base: './',
  plugins: [
    viteSingleFile({ removeViteModuleLoader: true }),
    {
      name: 'ascii',
      enforce: 'post',
      generateBundle: (_options, bundle) => {
        for (const file of Object.values(bundle))
          if (file.type === 'asset' && typeof file.source === 'string')
            for (const odd of file.source.match(/[^\t\n\r -~]/u) ?? []) throw new Error(`not ASCII: ${JSON.stringify(odd)}`);
      },
    },
  ],
  esbuild: { charset: 'ascii', jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none' },
  build: { target: 'es2020', sourcemap: false, cssMinify: true, modulePreload: false, assetsInlineLimit: 1 << 20 },
});
