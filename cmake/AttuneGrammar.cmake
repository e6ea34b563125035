# SPDX-License-Identifier: Apache-2.0
# How a grammar becomes code. Debian ships ANTLR's tool as the program `antlr4` and no jar where ANTLR's own
# CMake module looks for one, so the program is called here.

find_program(ANTLR4 antlr4 REQUIRED)
find_path(ANTLR4_INCLUDE antlr4-runtime.h PATH_SUFFIXES antlr4-runtime REQUIRED)
find_library(ANTLR4_RUNTIME antlr4-runtime REQUIRED)

# attune_grammar(NAME)
# Makes grammar/NAMELexer.g4 and grammar/NAMEParser.g4 of the calling folder into an object library
# attune_grammar_NAME. What includes NAMELexer.h or NAMEParser.h links attune::grammar_NAME.
function(attune_grammar name)
  set(from ${CMAKE_CURRENT_SOURCE_DIR}/grammar)
  set(to ${CMAKE_CURRENT_BINARY_DIR}/grammar_${name})
  set(options -Dlanguage=Cpp -Werror -no-listener -no-visitor -package attune::dsl::grammar -o ${to})
  add_custom_command(
    OUTPUT ${to}/${name}Lexer.cpp ${to}/${name}Lexer.h ${to}/${name}Lexer.tokens
    COMMAND ${ANTLR4} ${options} ${name}Lexer.g4
    DEPENDS ${from}/${name}Lexer.g4 WORKING_DIRECTORY ${from} VERBATIM)
  add_custom_command(
    OUTPUT ${to}/${name}Parser.cpp ${to}/${name}Parser.h
    COMMAND ${ANTLR4} ${options} -lib ${to} ${name}Parser.g4
    DEPENDS ${from}/${name}Parser.g4 ${to}/${name}Lexer.tokens WORKING_DIRECTORY ${from} VERBATIM)
  add_library(attune_grammar_${name} STATIC ${to}/${name}Lexer.cpp ${to}/${name}Parser.cpp)
  # The serialized automata are u8 literals that must be plain char.
  target_compile_options(attune_grammar_${name} PRIVATE -fno-char8_t -w)
  attune_hardened(attune_grammar_${name})
  target_include_directories(attune_grammar_${name} SYSTEM PUBLIC ${to} ${ANTLR4_INCLUDE})
  target_link_libraries(attune_grammar_${name} PUBLIC ${ANTLR4_RUNTIME})
  add_library(attune::grammar_${name} ALIAS attune_grammar_${name})
endfunction()
