// SPDX-License-Identifier: Apache-2.0
// The words of a reconfiguration diagram's lines. Front matter and comment lines are blank when they come
// here. What stands after a colon is one TEXT: actions and labels have a grammar of their own.
lexer grammar StateDiagramLexer;

HEADER : 'stateDiagram-v2';
STATE : 'state';
AS : 'as';
NOTE : 'note' -> pushMode(NOTE_HEAD);
DIRECTION : 'direction';
COMPASS : 'TB' | 'BT' | 'LR' | 'RL';
POINT : '[*]';
ARROW : '-->';
SEPARATOR : '--';
CHOICE : '<<choice>>';
FORK : '<<fork>>';
JOIN : '<<join>>';
OPEN : '{';
CLOSE : '}';
STRING : '"' ~["\n]* '"';
COLON : ':' -> pushMode(AFTER_COLON);
// What Mermaid knows and we do not, and what people write who come from elsewhere: no rule takes them.
DRAWING : 'classDef' | 'class' | 'style' | 'click' | 'href' | 'scale' | 'accTitle' | 'accDescr' | 'hide' | 'default';
WRONG_ARROW : '->' | '->>' | '-->>' | '--->' | '---' | '=>' | '==>' | '>' | '-' | '--|>' | '<--' | '<-->' | '<-';
WRONG_KIND : '<<' ~[>\n]* '>>' | '[[' ~[\]\n]* ']]';
WORD : WORD_LETTER+;
NEWLINE : '\n';
BLANK : [ \t]+ -> skip;
OTHER : .;

fragment WORD_LETTER : [A-Za-z0-9_.] | [\u0080-\u{10FFFF}];

mode AFTER_COLON;
TEXT : ~[\n]+;
TEXT_NEWLINE : '\n' -> type(NEWLINE), popMode;

mode NOTE_HEAD;
LEFT : 'left';
RIGHT : 'right';
OF : 'of' -> mode(NOTE_STATE);
NOTE_HEAD_NEWLINE : '\n' -> type(NEWLINE), popMode;
NOTE_HEAD_BLANK : [ \t]+ -> skip;
NOTE_HEAD_WORD : WORD_LETTER+ -> type(WORD);
NOTE_HEAD_OTHER : . -> type(OTHER);

mode NOTE_STATE;
NOTE_WORD : WORD_LETTER+ -> type(WORD);
NOTE_COLON : ':' -> type(COLON), mode(AFTER_COLON);
NOTE_NEWLINE : '\n' -> type(NEWLINE), mode(NOTE_BODY);
NOTE_BLANK : [ \t]+ -> skip;
NOTE_OTHER : . -> type(OTHER);

mode NOTE_BODY;
END_NOTE : [ \t]* 'end note' [ \t]* -> popMode;
NOTE_LINE : ~[\n]+;
NOTE_BODY_NEWLINE : '\n' -> type(NEWLINE);
