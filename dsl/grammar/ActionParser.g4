// SPDX-License-Identifier: Apache-2.0
// One action of a state, and one label of a transition. One token always tells which way to go, so a complaint
// stands exactly where the text stops making sense.
parser grammar ActionParser;
options { tokenVocab = ActionLexer; }

action_line : action EOF;
label_line : label EOF;

label
  : OPEN_GUARD (ELSE | expression) CLOSE_GUARD # guard
  | ON ERROR # on_error
  | AFTER QUANTITY # after
  ;

action
  : EMIT OPEN name COMMA expression (COMMA name ASSIGN expression)* CLOSE # emit
  | WAIT OPEN expression CLOSE # wait
  | ALERT OPEN expression (COMMA expression)? CLOSE # alert
  | postfix (ASSIGN expression INCREMENT? | INCREMENT | DECREMENT (OPEN expression CLOSE)?)? # other
  ;

expression
  : MINUS expression # negation
  | expression (TIMES | DIVIDED | MODULO) expression # product
  | expression (PLUS | MINUS) expression # sum
  | expression (EQUAL | UNEQUAL | LESS | LESS_OR_EQUAL | GREATER | GREATER_OR_EQUAL) expression # comparison
  | NOT expression # inversion
  | expression AND expression # conjunction
  | expression OR expression # disjunction
  | postfix # plain
  ;

postfix : primary (DOT name arguments?)*;
arguments : OPEN (expression (COMMA expression)*)? CLOSE;

primary
  : QUANTITY # quantity
  | STRING # text
  | (TRUE | FALSE) # truth
  | NONE # nothing
  | NAME # word
  | OPEN expression CLOSE # group
  ;

// Words that mean something only at the front may name a stub, an attribute or an event.
name : NAME | ON | ERROR | AFTER | EMIT | WAIT | ALERT;
