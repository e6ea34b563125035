// SPDX-License-Identifier: Apache-2.0
// The lines of a deployment diagram. Flat: which line stands in which class or namespace is found out later, so
// that an error spoils no more than its own line.
parser grammar DeploymentParser;
options { tokenVocab = DeploymentLexer; }

file : line (NEWLINE line)* EOF;
line : statement?;

statement
  : HEADER # header
  | DIRECTION word # direction
  | CLASS word (OPEN_LIST STRING CLOSE_LIST)? (OPEN CLOSE?)? # class
  | NAMESPACE word OPEN # namespace
  | CLOSE # close
  | STEREOTYPE # stereotype
  | NOTE (FOR word)? STRING # note
  | word STRING? ARROW STRING? word (COLON word word?)? # relation
  | MARK? word COLON word (EQUALS value)? # member
  ;

value : scalar | OPEN_LIST (scalar (COMMA scalar)*)? CLOSE_LIST;
scalar : STRING | word;
word : WORD | LITERAL | CLASS | NAMESPACE | NOTE | FOR | DIRECTION;
