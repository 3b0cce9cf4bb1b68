package example;

import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Sluice;
import java.nio.file.Path;

/// Scores of matches: posted to `/goals`, kept on disk, seen by everybody who follows `/channels/scores`.
final class Main {
    record Goal(String match, String team, int minute) {}

    private Main() {}

    public static void main(String[] args) {
        var app = Sluice.in(Path.of("data"));
        app.port(args.length > 0 ? Integer.parseInt(args[0]) : 8080);
        app.post("/goals", request -> {
            var goal = request.json(Goal.class);
            var result = app.channel("scores")
                    .publish(Message.json(goal).type("goal").key(goal.match()));
            return Response.empty().status(result.isStored() ? 204 : 503);
        });
        app.start();
        System.out.println("Listening at " + app.uri());
    }
}
