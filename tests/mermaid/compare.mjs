// SPDX-License-Identifier: Apache-2.0
// Two readings of one diagram, side by side: README.md tells the shape of a tree.

// A tree as a list of facts, one a line; an order that means nothing is sorted away.
function facts(tree) {
  const tell = (kind, items = []) =>
    items.map((item) => `${kind} ${JSON.stringify(item, Object.keys(item).sort())}`);
  return [
    `diagram ${tree.diagram}`,
    ...tell('namespace', tree.namespaces?.map((name) => ({ name }))).sort(),
    ...tell('class', tree.classes).sort(),
    ...tell('relation', tree.relations),
    ...tell('state', tree.states).sort(),
    ...tell('transition', tree.transitions),
    ...tell('note', tree.notes),
  ];
}

// What one of the two knows and the other does not, in words; empty when they agree.
export function differences(ours, theirs) {
  const [mine, other] = [facts(ours), facts(theirs)];
  const alone = [
    ...mine.filter((fact) => !other.includes(fact)).map((fact) => `Attune alone:  ${fact}`),
    ...other.filter((fact) => !mine.includes(fact)).map((fact) => `Mermaid alone: ${fact}`),
  ];
  if (alone.length === 0 && mine.join('\n') !== other.join('\n')) return ['the same facts, in another order or number'];
  return alone;
}

function words_to_show(tree) {
  return [
    ...(tree.classes ?? []).flatMap((kind) => [kind.label || kind.name, ...kind.stereotypes, ...kind.members]),
    ...(tree.relations ?? []).flatMap((relation) => [relation.label, relation.from_cardinality, relation.to_cardinality]),
    ...(tree.states ?? []).flatMap((state) => state.descriptions),
    ...(tree.transitions ?? []).map((transition) => transition.label),
    ...(tree.notes ?? []).map((note) => note.text),
  ];
}

// The words of the tree that a reader of the picture would not find in it as they were written.
export function missing_words(tree, shown) {
  const squeeze = (text) => text.replace(/\s/g, '');
  const picture = squeeze(shown);
  return words_to_show(tree).filter((words) => !picture.includes(squeeze(words)))
    .map((words) => `the picture does not show: ${words}`);
}
