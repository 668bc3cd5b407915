export const shells = ["bash", "zsh", "fish"] as const;

/**
 * The script that a shell loads to complete the commands of the project in a folder. In other folders, and for all
 * other commands of npm and npx, the completion that was set up before stays in effect.
 */
export function scriptFor(shell: (typeof shells)[number], folder: string): string {
  return scripts[shell](`'${folder.replaceAll("'", `'\\''`)}'`);
}

const asked = '"$root/scripts/run.cjs" "$root/cli/completion/main.ts"';

const scripts = {
  bash: (root: string) => `_streaming_data_lake() {
  local root=${root} before=_streaming_data_lake_$1 found line
  COMPREPLY=()
  if [[ $PWD/ == "$root"/* ]] && found=$(node ${asked} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null); then
    while IFS= read -r line; do
      [[ -n $line ]] && COMPREPLY+=("\${line%%$'\\t'*}")
    done <<< "$found"
    return 0
  fi
  [[ -n \${!before} ]] && "\${!before}" "$@"
}
for _streaming_data_lake in npm npx; do
  if [[ $(complete -p $_streaming_data_lake 2>/dev/null) =~ -F\\ ([^ ]+) && \${BASH_REMATCH[1]} != _streaming_data_lake ]]; then
    printf -v "_streaming_data_lake_$_streaming_data_lake" %s "\${BASH_REMATCH[1]}"
  fi
  complete -o bashdefault -o default -F _streaming_data_lake $_streaming_data_lake
done
unset _streaming_data_lake
`,
  zsh: (root: string) => `(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
_streaming_data_lake() {
  local root=${root} found
  if [[ $PWD/ == $root/* ]] && found=$(node ${asked} "\${(@)words[1,CURRENT]}" 2>/dev/null); then
    if [[ -z $found ]]; then
      _files
      return
    fi
    local -a candidates=("\${(@f)found}")
    candidates=("\${(@)candidates//:/\\\\:}")
    candidates=("\${(@)candidates/$'\\t'/:}")
    _describe -V 'what may follow' candidates
    return
  fi
  local before=$_streaming_data_lake_before[$service]
  [[ -n $before ]] && $before
}
typeset -gA _streaming_data_lake_before
for _streaming_data_lake in npm npx; do
  [[ $_comps[$_streaming_data_lake] == _streaming_data_lake ]] ||
    _streaming_data_lake_before[$_streaming_data_lake]=$_comps[$_streaming_data_lake]
done
unset _streaming_data_lake
compdef _streaming_data_lake npm npx
`,
  fish: (root: string) => `function __streaming_data_lake
    set -l root ${root}
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    string match -q -- "$root/*" "$PWD/"
    and node ${asked} $words "$typed" 2>/dev/null
end
complete -c npm -k -a '(__streaming_data_lake)'
complete -c npx -k -a '(__streaming_data_lake)'
`,
};
