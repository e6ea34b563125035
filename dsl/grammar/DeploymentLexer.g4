// SPDX-License-Identifier: Apache-2.0
// The words of a deployment diagram's lines. Front matter and comment lines are blank when they come here. Every
// character is some token, so that all complaints are the parser's.
lexer grammar DeploymentLexer;

HEADER : 'classDiagram';
CLASS : 'class';
NAMESPACE : 'namespace';
NOTE : 'note';
FOR : 'for';
DIRECTION : 'direction';
STEREOTYPE : '<<' ~[<>\n]* '>>';
// Also those arrows of Mermaid's that mean nothing here: the message says which to write.
ARROW : ('<|' | [<*o])? ('--' | '..') ('|>' | [>*o])?;
MARK : [+\-#~];
COLON : ':';
EQUALS : '=';
COMMA : ',';
OPEN : '{';
CLOSE : '}';
OPEN_LIST : '[';
CLOSE_LIST : ']';
STRING : '"' ~["\n]* '"';
OPEN_STRING : '"' ~["\n]*;
LITERAL : '-'? [0-9] [0-9A-Za-z.%]*;
// A setting's name may hold hyphens: host-family.
WORD : WORD_LETTER (WORD_LETTER | DIGIT | '-' (WORD_LETTER | DIGIT))*;
NEWLINE : '\n';
BLANK : [ \t]+ -> skip;
OTHER : .;

fragment WORD_LETTER : [A-Za-z_] | [\u0080-\u{10FFFF}];
fragment DIGIT : [0-9];
