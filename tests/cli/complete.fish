# Prints what fish would offer: complete.fish SCRIPT WORD..., the last word being the current one.
source $argv[1]
complete -C "sharedserver $argv[2..-1]" | string replace -r '\t.*' ''
