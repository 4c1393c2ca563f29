-- Regular expressions: RE2's syntax without looking around and back references.

SELECT desk FROM desks WHERE desk ~ '^[A-F]' ORDER BY desk
----
desk
CREDIT
EQUITY
FX

SELECT desk FROM desks WHERE desk ~* 'x$|es' AND desk !~ 'Z' ORDER BY desk
----
desk
FX
RATES

SELECT regexp_matches('abc', 'b+'), regexp_matches('abc', '^b'), regexp_matches('ABC', 'b', 'i'), regexp_matches(NULL, 'x'), regexp_matches('', 'a*')
----
regexp_matches('abc', 'b+') | regexp_matches('abc', '^b') | regexp_matches('ABC', 'b', 'i') | regexp_matches(NULL, 'x') | regexp_matches('', 'a*')
true | false | true | NULL | true

SELECT regexp_extract('deal 2025-06-18 FX', '(\d+)-(\d+)-(\d+)'), regexp_extract('deal 2025-06-18 FX', '(\d+)-(\d+)-(\d+)', 2), regexp_extract('x', 'y')
----
regexp_extract('deal 2025-06-18 FX', '(\d+)-(\d+)-(\d+)') | regexp_extract('deal 2025-06-18 FX', '(\d+)-(\d+)-(\d+)', 2) | regexp_extract('x', 'y')
2025-06-18 | 06 | 

SELECT regexp_replace('a1b22c', '[0-9]+', '#'), regexp_replace('a1b22c', '[0-9]+', '<\0>', 'g'), regexp_replace('John Smith', '(\w+) (\w+)', '\2, \1'), regexp_replace('abc', '', '-', 'g')
----
regexp_replace('a1b22c', '[0-9]+', '#') | regexp_replace('a1b22c', '[0-9]+', '<\0>', 'g') | regexp_replace('John Smith', '(\w+) (\w+)', '\2, \1') | regexp_replace('abc', '', '-', 'g')
a#b22c | a<1>b<22>c | Smith, John | -a-b-c-

SELECT regexp_extract('aaa', 'a{2}'), regexp_extract('aaab', 'a+?'), regexp_extract('foobar', 'foo|foobar'), regexp_extract('a.b', '\.b'), regexp_extract('x{y', '\{')
----
regexp_extract('aaa', 'a{2}') | regexp_extract('aaab', 'a+?') | regexp_extract('foobar', 'foo|foobar') | regexp_extract('a.b', '\.b') | regexp_extract('x{y', '\{')
aa | a | foo | .b | {

SELECT regexp_matches('ÄPFEL', '(?i)äpfel'), regexp_extract('größe 7', '[a-zöß]+'), regexp_matches('a b', 'a\sb'), regexp_matches('ab', 'a\bb'), regexp_extract('é1', '[[:digit:]]')
----
regexp_matches('ÄPFEL', '(?i)äpfel') | regexp_extract('größe 7', '[a-zöß]+') | regexp_matches('a b', 'a\sb') | regexp_matches('ab', 'a\bb') | regexp_extract('é1', '[[:digit:]]')
true | größe | true | false | 1

SELECT regexp_matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac', '(a*)*b'), regexp_extract('abcabc', '(abc)*$'), regexp_extract('ab12', '[^a-z]+'), regexp_extract('a]b', '[]]'), regexp_extract('a-b', '[a-]+')
----
regexp_matches('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac', '(a*)*b') | regexp_extract('abcabc', '(abc)*$') | regexp_extract('ab12', '[^a-z]+') | regexp_extract('a]b', '[]]') | regexp_extract('a-b', '[a-]+')
false | abcabc | 12 | ] | a-

SELECT regexp_matches('x', '(x')
----
error: the regular expression '(x' cannot be read: a ( is not closed at character 3 (put a backslash before characters that mean themselves)

SELECT desk FROM desks WHERE desk ~ '(?=x)'
----
error: the regular expression '(?=x)' cannot be read: looking around, names and flags inside are not supported at character 3 (put a backslash before characters that mean themselves)

SELECT regexp_matches('x', '(a)\1')
----
error: the regular expression '(a)\1' cannot be read: back references are not supported at character 5 (put a backslash before characters that mean themselves)

SELECT regexp_matches('x', 'a{2,1}')
----
error: the regular expression 'a{2,1}' cannot be read: a repetition goes from 0 to 1000 at character 7 (put a backslash before characters that mean themselves)

SELECT regexp_matches('x', 'x', 'q')
----
error: the options of a regular expression are i, c and g, not 'q'

SELECT regexp_extract('x', '(x)', 2)
----
error: the regular expression has 1 groups, not 2

