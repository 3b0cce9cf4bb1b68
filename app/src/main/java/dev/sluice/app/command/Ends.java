package dev.sluice.app.command;

import dev.sluice.app.config.InvalidConfiguration;
import dev.sluice.app.config.Nearest;
import dev.sluice.demos.typewriter.InvalidModel;
import dev.sluice.server.CannotListen;
import java.util.Set;
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
        var said = reason instanceof UnmatchedArgumentException unmatched ? unmatched(unmatched) : said(reason);
        messages.line(said + " Try '" + command + " --help'.");
        return Exit.USAGE;
    }

    private static String unmatched(UnmatchedArgumentException reason) {
        var wrong = reason.getUnmatched().getFirst();
        var spec = reason.getCommandLine().getCommandSpec();
        var commands = spec.subcommands().keySet();
        if (wrong.startsWith("-"))
            return "'" + wrong + "' is no option."
                    + meant(wrong, spec.optionsMap().keySet());
        if (!commands.isEmpty()) return "'" + wrong + "' is no command." + meant(wrong, commands);
        return "'" + wrong + "' is one argument too many.";
    }

    private static String meant(String wrong, Set<String> known) {
        return Nearest.to(wrong, known)
                .map(nearest -> " Did you mean '" + nearest + "'?")
                .orElse("");
    }

    /// Picocli's messages begin and end in many ways.
    private static String said(ParameterException reason) {
        var line = Failure.said(reason).lines().findFirst().orElse("").strip();
        if (line.startsWith("Error: ")) line = line.substring("Error: ".length());
        return line.endsWith(".") || line.endsWith("?") ? line : line + ".";
    }

    @Override
    public int handleExecutionException(Exception reason, CommandLine commandLine, ParseResult parsed) {
        int exitCode = tell(reason);
        if (isVerbose.getAsBoolean()) messages.stackTrace(reason);
        return exitCode;
    }

    private int tell(Exception reason) {
        return switch (reason) {
            case Output.Gone _ -> Exit.BROKEN_PIPE; // In silence, as any program that SIGPIPE ends.
            case Failure failure -> tell(failure.exitCode(), Failure.said(failure));
            case CannotListen taken -> tell(Exit.UNAVAILABLE, Failure.said(taken));
            case InvalidModel invalid -> tell(Exit.CONFIG, Failure.said(invalid));
            case InvalidConfiguration invalid -> {
                messages.text(Failure.said(invalid)); // A line for each thing that is wrong, for editors to jump to.
                yield Exit.CONFIG;
            }
            default -> tell(Exit.SOFTWARE, "This is a fault of sluice: " + reason + ". With --verbose it says where.");
        };
    }

    private int tell(int exitCode, String line) {
        messages.line(line);
        return exitCode;
    }
}
