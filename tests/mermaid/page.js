// SPDX-License-Identifier: Apache-2.0
// Runs inside the browser, next to one version of Mermaid: what Mermaid makes of a diagram, in Attune's shape (README.md).

mermaid.initialize({ startOnLoad: false, logLevel: 'fatal', maxTextSize: 1e6, maxEdges: 10000 });

const trim_lines = (text) => text.split('\n').map((line) => line.trim()).filter((line) => line).join('\n');
const written = (text) => (text === undefined || text === 'none' ? '' : text);
const list = (items) => (items instanceof Map ? [...items.values()] : Object.values(items ?? {}));

// Mermaid's numbers for the two ends of a relation.
const kInheritance = 1;
const kComposition = 2;
const kAssociation = 3;

function read_relation({ id1, id2, relation, relationTitle1, relationTitle2, title }) {
  const forward = { from: id1, from_cardinality: written(relationTitle1), to: id2, to_cardinality: written(relationTitle2) };
  const backward = { from: id2, from_cardinality: written(relationTitle2), to: id1, to_cardinality: written(relationTitle1) };
  const { type1, type2, lineType } = relation;
  const kinds = [
    [type2 === kInheritance, 'inheritance', forward], [type1 === kInheritance, 'inheritance', backward],
    [type1 === kComposition, 'composition', forward], [type2 === kComposition, 'composition', backward],
    [type2 === kAssociation, 'association', forward], [type1 === kAssociation, 'association', backward],
    [type1 === 'none' && type2 === 'none', 'link', forward],
  ];
  const [, type, ends] = kinds.find(([holds]) => holds) ?? [true, `${type1}:${type2}`, forward];
  return { type: lineType === 0 ? type : `dotted ${type}`, ...ends, label: written(title) };
}

function read_class({ id, label, parent, annotations, members, methods }) {
  return {
    name: id,
    label: label === id ? '' : label,
    namespace: parent ?? '',
    stereotypes: annotations,
    members: [...members.map((member) => member.visibility + member.id.trim()),
              ...methods.map((method) => `(a method) ${method.getDisplayDetails().displayText}`)],
  };
}

function read_class_diagram(db) {
  return {
    diagram: 'class',
    namespaces: list(db.getNamespaces()).map((space) => space.id),
    classes: list(db.getClasses()).map(read_class),
    relations: db.getRelations().map(read_relation),
    notes: list(db.getNotes()).map((note) => ({ for: note.class ?? '', text: trim_lines(note.text) })),
  };
}

// Walks Mermaid's statements, for its own table of states forgets which body a state stands in.
class StateReader {
  states = new Map();
  transitions = [];
  notes = [];

  read_body(statements, parent) {
    let regions = 0;
    for (const statement of statements) {
      if (statement.stmt === 'relation') this.#read_transition(statement, parent);
      if (statement.stmt === 'state') {
        const id = statement.type === 'divider' ? `${parent}/${++regions}` : statement.id;
        this.#read_state(statement, id, parent);
      }
    }
  }

  #read_state(statement, id, parent) {
    const state = this.#mention(id, parent);
    if (statement.type === 'divider') state.kind = 'region';
    else if (statement.doc) state.kind = 'composite';
    else if (['choice', 'fork', 'join'].includes(statement.type)) state.kind = statement.type;
    if (statement.description) state.descriptions.push(statement.description.trim());
    if (statement.note) this.notes.push({ for: id, text: trim_lines(statement.note.text) });
    if (statement.doc) this.read_body(statement.doc, id);
  }

  #read_transition({ state1, state2, description }, parent) {
    this.transitions.push({
      parent, from: this.#end_of_transition(state1, parent), to: this.#end_of_transition(state2, parent),
      label: (description ?? '').trim(),
    });
  }

  #end_of_transition(state, parent) {
    if (state.start !== undefined) return '[*]';
    this.#mention(state.id, parent);
    return state.id;
  }

  #mention(id, parent) {
    if (!this.states.has(id)) this.states.set(id, { id, kind: 'state', parent, descriptions: [] });
    return this.states.get(id);
  }
}

function read_state_diagram(db) {
  const reader = new StateReader();
  reader.read_body(db.getRootDocV2().doc, '');
  return { diagram: 'state', states: [...reader.states.values()], transitions: reader.transitions, notes: reader.notes };
}

async function read_model(text) {
  await mermaid.parse(text);
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
  const db = diagram.db ?? diagram.getParser().yy;
  if (diagram.type.startsWith('class')) return read_class_diagram(db);
  if (diagram.type.startsWith('state')) return read_state_diagram(db);
  return { diagram: diagram.type };
}

let pictures = 0;

async function draw(text) {
  const { svg } = await mermaid.render(`picture${++pictures}`, text);
  return svg;
}

// Draws the diagram on the page itself, and gives its SVG on a white ground.
async function show(text) {
  document.body.innerHTML = await draw(text);
  const picture = document.querySelector('svg');
  picture.style.background = 'white';
  return new XMLSerializer().serializeToString(picture);
}

// One answer a text: the model and the words that the picture shows, or the stage that failed and Mermaid's message.
async function examine(text) {
  let stage = 'does not parse';
  try {
    const model = await read_model(text);
    stage = 'parses but cannot be drawn';
    const shown = document.createElement('div');
    shown.innerHTML = await draw(text);
    shown.querySelectorAll('style').forEach((style) => style.remove());
    return { model, shown: shown.textContent };
  } catch (error) {
    return { failure: `${stage}: ${error.message ?? error}` };
  }
}

async function examine_all(texts) {
  const answers = [];
  for (const text of texts) answers.push(await examine(text));
  return answers;
}
