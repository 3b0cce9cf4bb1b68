package dev.sluice.app.cli;

import dev.sluice.CannotStartException;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.demos.typewriter.InvalidModelException;
import dev.sluice.server.http.head.Suggestion;
import dev.sluice.server.net.CannotListenException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns the failure of a command into a line on standard error and an exit code.
public final class ExitHandler implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Messages messages;
    private final BooleanSupplier isVerbose;

    public ExitHandler(Messages messages, BooleanSupplier isVerbose) {
        this.messages = messages;
        this.isVerbose = isVerbose;
    }

    @Override
    public int handleParseException(ParameterException reason, String[] args) {
        var command = reason.getCommandLine().getCommandSpec().qualifiedName();
        var line = reason instanceof UnmatchedArgumentException unmatched ? unmatched(unmatched) : lineOf(reason);
        messages.line(line + " Try '" + command + " --help'.");
        return Exit.USAGE;
    }

    private static String unmatched(UnmatchedArgumentException reason) {
        var wrong = reason.getUnmatched().getFirst();
        var spec = reason.getCommandLine().getCommandSpec();
        var commands = spec.subcommands().keySet();
        if (wrong.startsWith("-"))
            return "'" + wrong + "' is not an option."
                    + suggestion(wrong, spec.optionsMap().keySet());
        if (!commands.isEmpty()) return "'" + wrong + "' is not a command." + suggestion(wrong, commands);
        return "'" + wrong + "' is one argument too many.";
    }

    private static String suggestion(String wrong, Set<String> known) {
        return Suggestion.nearest(wrong, known)
                .map(nearest -> " Did you mean '" + nearest + "'?")
                .orElse("");
    }

    /// Normalizes picocli's messages, which begin and end in many ways.
    private static String lineOf(ParameterException reason) {
        var line = CommandException.messageOf(reason)
                .lines()
                .findFirst()
                .orElse("")
                .strip();
        if (line.startsWith("Error: ")) line = line.substring("Error: ".length());
        return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
    }

    @Override
    public int handleExecutionException(Exception reason, CommandLine commandLine, ParseResult parsed) {
        return failed(reason);
    }

    /// @return the exit code
    public int failed(Exception reason) {
        int exitCode = report(reason);
        if (isVerbose.getAsBoolean()) messages.stackTrace(reason);
        return exitCode;
    }

    private int report(Exception reason) {
        return switch (reason) {
            case Output.BrokenPipeException _ -> Exit.BROKEN_PIPE; // Silent, like any program that SIGPIPE ends.
            case CommandException failure -> report(failure.exitCode(), CommandException.messageOf(failure));
            case CannotStartException failed
            when failed.getCause() instanceof CannotListenException refused ->
                report(
                        Exit.UNAVAILABLE,
                        CommandException.messageOf(
                                refused.advising("Stop what uses it, or choose another with --port.")));
            case InvalidModelException invalid -> report(Exit.CONFIG, CommandException.messageOf(invalid));
            case InvalidConfigurationException invalid -> {
                messages.text(CommandException.messageOf(invalid)); // One line per fault, for editors to jump to.
                yield Exit.CONFIG;
            }
            default ->
                report(Exit.SOFTWARE, "Internal error: " + reason + ". Run it with --verbose for the stack trace.");
        };
    }

    private int report(int exitCode, String line) {
        messages.line(line);
        return exitCode;
    }
}
