# Completes xent by asking it; what it answers is never evaluated.
function __xent_ask
    set -l option (commandline -ct | string match -r -- '^--[^=]+=')
    set -g __xent_names "$option"(_XENT_COMPLETE=complete_fish \
        _TYPER_COMPLETE_FISH_ACTION=get-args \
        _TYPER_COMPLETE_ARGS=(commandline -cp | string collect) \
        xent 2>/dev/null | string match -r -- '.+')
    count $__xent_names >/dev/null
end
complete --command xent --no-files --condition __xent_ask --arguments '$__xent_names'
