package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.Sluice;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The addresses at which jobs report. The secret in the address is all that a request needs, so that a
/// `curl` in a crontab can send it; it permits nothing else.
///
/// @param isCheck returns true if a check of this name exists; addresses of removed checks are not found
public record HeartbeatRoutes(HeartbeatLog heartbeats, Predicate<String> isCheck, Consumer<String> beaten) {
    private static final String PATH = "/sense/beat/";

    public void on(Sluice hub) {
        hub.secretPaths(PATH);
        hub.get(PATH + "*", this::finish)
                .post(PATH + "*", this::finish)
                .get(PATH + "*/start", this::start)
                .post(PATH + "*/start", this::start);
    }

    /// Returns the path at which a check's job reports.
    String path(String check) {
        return PATH + heartbeats.secret(check);
    }

    /// Ends the address of a check that was removed.
    void forget(String check) {
        heartbeats.forget(check);
    }

    private Response start(Request request) {
        return answer(heartbeats.started(request.stars().getFirst()));
    }

    /// @return 400 if `exit` is not a number
    private Response finish(Request request) {
        int exitCode;
        try {
            exitCode = Integer.parseInt(request.query("exit").orElse("0"));
        } catch (NumberFormatException invalid) {
            return ApiResponses.bad("'exit' must be the exit code of the job, a number.");
        }
        return answer(heartbeats.finished(request.stars().getFirst(), exitCode));
    }

    private Response answer(Optional<String> noted) {
        Optional<String> check = noted.filter(isCheck);
        check.ifPresent(beaten);
        return check.isPresent() ? Response.text("ok\n") : ApiResponses.notFound("heartbeat");
    }
}
