# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Completion of attune(1) for bash: what its own --help names, the components and hosts of the manager that runs, files.
_attune() {
  local word=${COMP_WORDS[COMP_CWORD]} words command=${COMP_WORDS[1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words=$(attune --help 2>/dev/null | sed -n 's/^  \([a-z]*\)  .*/\1/p')
  elif [[ ${COMP_WORDS[COMP_CWORD - 1]} == --@(token-file|ca) ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
    return
  elif [[ $word == -* ]]; then
    words=$(attune "$command" --help 2>/dev/null | grep -oE -- '^  (-[a-z], )?--[a-z-]+' | grep -oE -- '-[-a-z]+')
  else
    case $command in
      fmt | place | torture) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
      check | plan) mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
      log | lsp | events | tree | stop | cancel | approve | reload) return ;;
      lab) ((COMP_CWORD == 2)) && words=$(attune lab --help 2>/dev/null | grep -oP '(usage:|^ ) *attune lab \K[a-z]+') ;;
      new) ((COMP_CWORD == 2)) && words="project wrapper probe diagram"; ((COMP_CWORD == 4)) && mapfile -t COMPREPLY < <(compgen -d -- "$word") && return ;;
      token) ((COMP_CWORD == 2)) && words="look operate administer" ;;
      off | maintenance) words=$(_attune_names hosts) ;;
      create) words=$(_attune_names components class | sort -u) ;;
      why) ((COMP_CWORD == 2)) && words=not; ((COMP_CWORD == 4)) && words=$(_attune_names components) ;;
      mode) words="automatic recommend paused"; ((COMP_CWORD == 3)) && words=$(_attune_names components) ;;
      send | resume) ((COMP_CWORD == 3)) && words=$(_attune_names components) ;;
      *) words=$(_attune_names components) ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

_attune_names() {  # LIST [MEMBER]: of components or hosts, by the answer of the manager
  attune status --json 2>/dev/null | python3 -c '
import json, sys
for one in json.load(sys.stdin)[sys.argv[1]]: print(one[sys.argv[2]])' "$1" "${2:-name}" 2>/dev/null
}

_attuned() {
  local word=${COMP_WORDS[COMP_CWORD]}
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(attuned --help 2>/dev/null | grep -oE -- '^ +(-[a-z], ?)?--[a-z-]+' | grep -oE -- '--[a-z-]+')" -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -d -- "$word")
  fi
}

complete -F _attune attune
complete -F _attuned attuned
