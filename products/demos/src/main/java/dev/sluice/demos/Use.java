package dev.sluice.demos;

import dev.sluice.Message;
import dev.sluice.Response;
import dev.sluice.Routes;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// A small program that uses channels of a hub, so that its events reach clients over every transport. It
/// publishes only while somebody watches, and its events are retained for a short time.
public interface Use {
    /// Returns the name, for example `quotes`. It names the page, the files, and the channel below `demos/`.
    String name();

    /// Returns the name of the channel.
    default String channel() {
        return "demos/" + name();
    }

    /// Returns the retention of the channel's events, as settings of [Sluice#rule].
    Map<String, String> retention();

    /// Adds the program to a hub that has not been started, with routes below a separate prefix.
    void on(Sluice hub, Routes routes);

    /// Adds the program to the hub of a stage, which visitors may open without a grant. It shows nothing of the
    /// other hubs of this process.
    default void onStage(Sluice hub, Routes routes) {
        on(hub, routes);
    }

    /// Returns new instances of all programs.
    static List<Use> all() {
        return List.of(new Quotes(), new Wall(), new News(), new Tasks(), new Logs(), new Board());
    }

    /// Returns a new instance of the program with this name.
    static Optional<Use> named(String name) {
        return all().stream().filter(use -> use.name().equals(name)).findFirst();
    }

    /// Publishes periodically to a channel of the hub while somebody watches.
    static void watched(Sluice hub, Routes routes, String channel, Duration period, Supplier<Message> next) {
        watched(
                hub,
                routes,
                new Feed(
                        hub,
                        channel,
                        period,
                        () -> hub.channel(channel).publish(next.get()).isStored()));
    }

    /// Adds the path to which a page posts each time its connection to the hub has been opened.
    static void watched(Sluice hub, Routes routes, Feed feed) {
        hub.onClose(feed::close);
        routes.post("/watch", _ -> {
            feed.wake();
            return Response.empty().status(204);
        });
    }
}
