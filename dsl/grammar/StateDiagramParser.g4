// SPDX-License-Identifier: Apache-2.0
// The lines of a reconfiguration diagram. Flat: which line stands in which composite state is found out later,
// so that an error spoils no more than its own line.
parser grammar StateDiagramParser;
options { tokenVocab = StateDiagramLexer; }

file : line (NEWLINE line)* EOF;
line : statement?;

statement
  : HEADER # header
  | DIRECTION COMPASS # direction
  | STATE (STRING AS)? WORD (CHOICE | FORK | JOIN | OPEN)? # state
  | CLOSE # close
  | SEPARATOR # separator
  | NOTE (LEFT | RIGHT) OF WORD (COLON TEXT? | NEWLINE (NOTE_LINE? NEWLINE)* END_NOTE) # note
  | vertex (ARROW vertex)? (COLON TEXT?)? # flow
  ;
vertex : POINT | WORD;
