"""A wheel of the package: CMake builds what is compiled, in the project's own build folder ($ATTEST_BUILD for another).

    pip install --no-build-isolation --no-deps tools/python

Nothing is left beside the sources: what setuptools needs on the way is in a temporary folder.
"""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ATTEST_BUILD", TOP / "build"))
PROGRAMS = ["attest", "attest-cases", "bk7238-virtual"]


class CMakeBuild(build_ext):
    """Builds the targets, and copies them to where the wheel is put together."""

    def build_extension(self, ext):
        if not (BUILD / "build.ninja").exists():
            subprocess.run(["cmake", "-G", "Ninja", "-S", TOP, "-B", BUILD, "-DCMAKE_BUILD_TYPE=Release"], check=True)
        subprocess.run(["cmake", "--build", BUILD, "--target", "attest_python", *PROGRAMS], check=True)
        module = pathlib.Path(self.get_ext_fullpath(ext.name))
        programs = module.parent / "_programs"
        programs.mkdir(parents=True, exist_ok=True)
        shutil.copy2(next((BUILD / "python" / "attest").glob("_core*.so")), module)
        for program in PROGRAMS:
            shutil.copy2(BUILD / program, programs / program)


def version():
    text = (TOP / "CMakeLists.txt").read_text()
    return re.search(r"project\(attest VERSION (\S+)", text).group(1)


with tempfile.TemporaryDirectory(prefix="attest-wheel-") as scratch:
    setup(
        version=version(),
        ext_modules=[Extension("attest._core", sources=[])],
        cmdclass={"build_ext": CMakeBuild},
        options={"build": {"build_base": scratch}, "egg_info": {"egg_base": scratch}},
    )
