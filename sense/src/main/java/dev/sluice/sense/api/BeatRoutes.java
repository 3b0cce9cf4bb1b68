package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.heartbeat.BeatLog;
import java.util.Optional;
import java.util.function.Consumer;

/// The addresses at which jobs report. Their secret is all that they need, so that any `curl` of a crontab can do it;
/// it permits nothing else.
public record BeatRoutes(BeatLog beats, Consumer<String> beaten) {
    private static final String PATH = "/sense/beat/";

    public void on(Sluice hub) {
        hub.get(PATH + "*", this::finish)
                .post(PATH + "*", this::finish)
                .get(PATH + "*/start", this::start)
                .post(PATH + "*/start", this::start);
    }

    /// Returns the path at which the job of a check reports.
    String path(String check) {
        return PATH + beats.secret(check);
    }

    private Response start(Request request) {
        return answer(beats.started(request.stars().getFirst()));
    }

    /// @return 400 if `exit` is no number
    private Response finish(Request request) {
        int exitCode;
        try {
            exitCode = Integer.parseInt(request.query("exit").orElse("0"));
        } catch (NumberFormatException invalid) {
            return Answers.bad("'exit' is the exit code of the job, a number.");
        }
        return answer(beats.finished(request.stars().getFirst(), exitCode));
    }

    private Response answer(Optional<String> check) {
        check.ifPresent(beaten);
        return check.isPresent() ? Response.text("ok\n") : Answers.notFound("heartbeat");
    }
}
