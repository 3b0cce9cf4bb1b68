package dev.sluice.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `sluice`. Each subcommand is a class of its own beside this one.
@Command(
        name = "sluice",
        description = "A push hub: publish once, receive over every transport.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = Serve.class)
final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A subcommand is needed.");
    }
}
