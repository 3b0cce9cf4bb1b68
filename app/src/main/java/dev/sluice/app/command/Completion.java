package dev.sluice.app.command;

import dev.sluice.app.cli.Output;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sluice completion`: prints a script that completes commands and options in a shell.
@Command(
        description = "Print a script with which bash or zsh completes sluice's commands and options.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        footer = {"", "In ~/.bashrc or ~/.zshrc:", "  source <(sluice completion)"})
final class Completion implements Callable<Integer> {
    private final Output out;

    @Spec
    private CommandSpec spec;

    Completion(Output out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        out.line(AutoComplete.bash("sluice", spec.root().commandLine()));
        return 0;
    }
}
