#compdef attune attuned
# SPDX-License-Identifier: Apache-2.0
# Completion of attune(1) for zsh: by that for bash.
autoload -U bashcompinit && bashcompinit
source /usr/share/bash-completion/completions/attune
