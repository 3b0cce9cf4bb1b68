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

/// A small program that uses channels of a hub: its events reach clients over every transport. It publishes only while
/// somebody watches, and what it publishes is kept for a short time.
public interface Use {
    /// Returns the name, for example `quotes`: of its page, of its files, and of its channel below `demos/`.
    String name();

    /// Returns the name of its channel.
    default String channel() {
        return "demos/" + name();
    }

    /// Returns how long the events of its channel are kept, as settings of [Sluice#rule].
    Map<String, String> retention();

    /// Adds the program to a hub that has not been started, with routes below a prefix of its own.
    void on(Sluice hub, Routes routes);

    /// Returns new instances of all programs.
    static List<Use> all() {
        return List.of(new Quotes(), new Wall(), new News(), new Tasks(), new Logs(), new Board());
    }

    /// Returns a new instance of a program.
    static Optional<Use> named(String name) {
        return all().stream().filter(use -> use.name().equals(name)).findFirst();
    }

    /// Publishes periodically to a channel of the hub while it is watched.
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
