package dev.sluice.app.command;

import dev.sluice.app.config.InvalidConfiguration;
import dev.sluice.server.CannotListen;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns what ended a command into a line for whoever typed it, and an exit code.
final class Ends implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Messages messages;
    private final BooleanSupplier isVerbose;

    Ends(Messages messages, BooleanSupplier isVerbose) {
        this.messages = messages;
        this.isVerbose = isVerbose;
    }

    @Override
    public int handleParseException(ParameterException reason, String[] args) {
        var command = reason.getCommandLine().getCommandSpec().qualifiedName();
        messages.line(sentence(reason.getMessage()) + suggestion(reason) + " Try '" + command + " --help'.");
        return Exit.USAGE;
    }

    /// Picocli's messages end in many ways.
    private static String sentence(String message) {
        var line = message.lines().findFirst().orElse("").strip();
        return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
    }

    private static String suggestion(ParameterException reason) {
        if (!(reason instanceof UnmatchedArgumentException unmatched)) return "";
        return unmatched.getSuggestions().stream()
                .findFirst()
                .map(nearest -> " Did you mean '" + nearest + "'?")
                .orElse("");
    }

    @Override
    public int handleExecutionException(Exception reason, CommandLine commandLine, ParseResult parsed) {
        int exitCode = tell(reason);
        if (isVerbose.getAsBoolean()) messages.stackTrace(reason);
        return exitCode;
    }

    private int tell(Exception reason) {
        switch (reason) {
            case Output.Gone gone -> {
                return Exit.BROKEN_PIPE; // In silence, as any program that SIGPIPE ends.
            }
            case Failure failure -> {
                messages.line(String.valueOf(failure.getMessage()));
                return failure.exitCode();
            }
            case InvalidConfiguration invalid -> {
                messages.text(String.valueOf(invalid.getMessage()));
                return Exit.CONFIG;
            }
            case CannotListen taken -> {
                messages.line(String.valueOf(taken.getMessage()));
                return Exit.UNAVAILABLE;
            }
            default -> {
                messages.line("This is a fault of sluice: " + reason + ". With --verbose it says where.");
                return Exit.SOFTWARE;
            }
        }
    }
}
