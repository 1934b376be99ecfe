namespace EnvelopeCrypto.Cli;

/// <summary>
/// The scripts of <c>envelope completion</c>. Each hands the words up to the cursor to the tool, and shows what it answers.
/// </summary>
internal static class CompletionScripts
{
    // bash (3.2 of macOS too) takes a line apart at ":" and "=": the pieces are joined for the tool, and what stands before the last one
    // is taken off its answers.
    public const string Bash =
        """"
        # Completes command lines of envelope in bash: source <(envelope completion bash)
        _envelope() {
            local line value path prefix typed cut i glue=
            local -a words
            words=()
            for ((i = 1; i <= COMP_CWORD; i++)); do
                value=${COMP_WORDS[i]}
                if [[ ${#words[@]} -gt 0 && ( $value =~ ^[:=]+$ || $glue ) ]]; then
                    words[${#words[@]}-1]+=$value
                    if [[ $value =~ ^[:=]+$ ]]; then glue=1; else glue=; fi
                else
                    words+=("$value")
                fi
            done
            typed=${words[${#words[@]}-1]}
            typed=${typed#[\"\']}
            words[${#words[@]}-1]=$typed
            cut=${typed%"${typed##*[:=]}"}
            COMPREPLY=()
            while IFS= read -r line; do
                if [[ $line == ':files '* ]]; then
                    prefix=${line#':files '}
                    compopt -o filenames 2> /dev/null
                    while IFS= read -r path; do
                        value=$prefix$path
                        COMPREPLY+=("${value#"$cut"}")
                    done < <(compgen -f -- "${typed#"$prefix"}")
                else
                    value=${line%%$'\t'*}
                    case $value in *[:/=]) compopt -o nospace 2> /dev/null ;; esac
                    COMPREPLY+=("${value#"$cut"}")
                fi
            done < <("$1" completion suggest -- "${words[@]}" 2> /dev/null)
        }
        complete -F _envelope envelope

        """";

    public const string Zsh =
        """"
        #compdef envelope
        # Completes command lines of envelope in zsh, after compinit: source <(envelope completion zsh)
        _envelope() {
            local line value prefix files=
            local -a shown open
            for line in "${(@f)$(${words[1]} completion suggest -- "${(@Q)words[2,CURRENT]}" 2> /dev/null)}"; do
                if [[ $line == ':files '* ]]; then
                    prefix=${line#':files '}
                    files=1
                elif [[ -n $line ]]; then
                    value=${line%%$'\t'*}
                    line="${value//:/\\:}:${line#*$'\t'}"
                    if [[ $value == *[:/=] ]]; then open+=("$line"); else shown+=("$line"); fi
                fi
            done
            (( ${#shown} )) && _describe -t values envelope shown
            (( ${#open} )) && _describe -t values envelope open -S ''
            if [[ -n $files ]]; then
                [[ -n $prefix ]] && compset -P "${(b)prefix}"
                _files
            fi
        }
        if [[ ${funcstack[1]} == _envelope ]]; then _envelope "$@"; else compdef _envelope envelope; fi

        """";

    public const string Fish =
        """"
        # Completes command lines of envelope in fish: envelope completion fish | source
        function __envelope_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            for line in ($words[1] completion suggest -- $words[2..-1] "$current" 2> /dev/null)
                if string match -q -- ':files *' $line
                    set -l prefix (string replace -- ':files ' '' $line)
                    for path in (__fish_complete_path (string replace -- "$prefix" '' "$current"))
                        echo -- $prefix$path
                    end
                else
                    echo -- $line
                end
            end
        end
        complete -c envelope -f -a '(__envelope_complete)'

        """";

    // Windows PowerShell, and others before 7.3, hand an empty word to a program only in quotes.
    public const string PowerShell =
        """"
        # Completes command lines of envelope in PowerShell: envelope completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName envelope -ScriptBlock {
            param($word, $command, $cursor)
            $given = @($command.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursor } | ForEach-Object {
                if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
            })
            $bare = $word.Trim("'", '"')
            $last = if ($bare -or $PSVersionTable.PSVersion -ge [version] '7.3') { $bare } else { '""' }
            foreach ($line in & $command.GetCommandName() completion suggest -- @given $last 2> $null) {
                if ($line.StartsWith(':files ')) {
                    $prefix = $line.Substring(7)
                    $path = if ($bare.StartsWith($prefix)) { $bare.Substring($prefix.Length) } else { '' }
                    foreach ($file in [System.Management.Automation.CompletionCompleters]::CompleteFilename($path)) {
                        [System.Management.Automation.CompletionResult]::new($prefix + $file.CompletionText, $file.ListItemText, $file.ResultType, $file.ToolTip)
                    }
                }
                else {
                    $value, $meaning = $line -split "`t", 2
                    [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $(if ($meaning) { $meaning } else { $value }))
                }
            }
        }

        """";
}
