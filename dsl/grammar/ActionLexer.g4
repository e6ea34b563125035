// SPDX-License-Identifier: Apache-2.0
// The words of an action or a label. Every character is some token, so that all complaints are the parser's.
lexer grammar ActionLexer;

AND : 'and';
OR : 'or';
NOT : 'not';
TRUE : 'true';
FALSE : 'false';
NONE : 'none';
ELSE : 'else';
ON : 'on';
ERROR : 'error';
AFTER : 'after';
EMIT : 'emit';
WAIT : 'wait';
ALERT : 'alert';
QUANTITY : [0-9]+ ('.' [0-9]+)? ([A-Za-z]+ | '%')?;
STRING : '"' ~["]* '"';
NAME : [A-Za-z_] [A-Za-z0-9_]*;
INCREMENT : '++';
DECREMENT : '--';
EQUAL : '==';
UNEQUAL : '!=';
LESS_OR_EQUAL : '<=';
GREATER_OR_EQUAL : '>=';
LESS : '<';
GREATER : '>';
ASSIGN : '=';
PLUS : '+';
MINUS : '-';
TIMES : '*';
DIVIDED : '/';
MODULO : '%';
DOT : '.';
COMMA : ',';
OPEN : '(';
CLOSE : ')';
OPEN_GUARD : '[';
CLOSE_GUARD : ']';
// What people write who come from elsewhere; no rule takes them, the message says what to write.
FOREIGN : '&&' | '||' | '!' | '===' | '!==' | '<>' | ':=' | '=>' | '->' | '&' | '|' | '+=' | '-=';
OPEN_STRING : '"' ~["]*;
BLANK : [ \t]+ -> skip;
OTHER : .;
