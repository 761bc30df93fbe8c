# Helpers that every folder's CMakeLists uses.

# attest_library(<name> SOURCES ... USES ... [TESTS ...])
# One library per folder, and one test program <name>_test for its unit tests, which stand beside the code.
function(attest_library name)
  cmake_parse_arguments(A "" "" "SOURCES;USES;TESTS;TEST_USES" ${ARGN})
  add_library(${name} STATIC ${A_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${A_USES})
  if(ATTEST_TESTS AND A_TESTS)
    attest_test(${name}_test SOURCES ${A_TESTS} USES ${name} ${A_TEST_USES})
  endif()
endfunction()

# attest_test(<name> SOURCES ... USES ...): a GoogleTest program, each of its tests known to ctest.
function(attest_test name)
  cmake_parse_arguments(A "" "" "SOURCES;USES;LABELS;TIMEOUT" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE ${A_USES} GTest::gmock GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 120)
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}")
endfunction()

# attest_embed(<target> NAMESPACE ns FILES a.toml ...): text files as string_views in <target>,
# so that the program needs no path to its own data. Declares  namespace ns { std::string_view file(name); }
function(attest_embed target)
  cmake_parse_arguments(A "" "NAMESPACE" "FILES" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp)
  set(body "// Made by attest_embed from the files named below.\n#include <string_view>\nnamespace ${A_NAMESPACE} {\nstd::string_view file(std::string_view name) {\n")
  foreach(path ${A_FILES})
    get_filename_component(short ${path} NAME)
    file(READ ${path} text)
    # A string literal is limited to 64 KiB by the standard's minimum, and to 16380 by some compilers: cut it.
    string(LENGTH "${text}" length)
    set(pieces "")
    set(at 0)
    while(at LESS length)
      string(SUBSTRING "${text}" ${at} 12000 piece)
      string(APPEND pieces "R\"_attest_(${piece})_attest_\"\n")
      math(EXPR at "${at} + 12000")
    endwhile()
    string(APPEND body "  if (name == \"${short}\") return std::string_view(${pieces});\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
  endforeach()
  string(APPEND body "  return {};\n}\n}  // namespace ${A_NAMESPACE}\n")
  file(WRITE ${out}.new "${body}")
  configure_file(${out}.new ${out} COPYONLY)  # leaves the date alone where nothing changed
  target_sources(${target} PRIVATE ${out})
endfunction()

# attest_npm_packages(<folder> <stamp>): a rule that installs what <folder>/package-lock.json names, into that folder.
function(attest_npm_packages folder stamp)
  find_program(NPM npm REQUIRED)
  add_custom_command(
    OUTPUT ${stamp}
    COMMAND ${NPM} ci --prefix ${folder} --no-audit --no-fund --silent
    COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
    DEPENDS ${folder}/package.json ${folder}/package-lock.json
    COMMENT "Installing the packages of ${folder}"
    VERBATIM)
endfunction()
