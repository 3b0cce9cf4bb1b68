package dev.sluice.pusher;

import dev.sluice.Sluice;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// Serves the channels of a hub by the Pusher Channels protocol 7 and its HTTP API.
public final class Pusher {
    /// The part of the memory for the frames of the newest events, which their subscribers share.
    private static final int ENCODED_PART = 16;

    private final Collection<AppState> apps;

    private Pusher(Collection<AppState> apps) {
        this.apps = apps;
    }

    /// Adds the protocol to a hub that has not been started: WebSockets at `PATH/app/KEY`, the HTTP API below
    /// `PATH/apps/ID`.
    ///
    /// @param path empty, or the beginning of all paths, without a slash at its end (`/ws`)
    /// @throws IllegalArgumentException if two apps share an id, a key or their channels
    public static Pusher on(Sluice hub, String path, Collection<PusherApp> apps) {
        return on(hub, path, apps, PusherSettings.standard());
    }

    static Pusher on(Sluice hub, String path, Collection<PusherApp> apps, PusherSettings settings) {
        Map<String, AppState> byKey = new LinkedHashMap<>();
        Map<String, AppState> byId = new LinkedHashMap<>();
        LongSupplier memory = hub.reserveHeap();
        LongSupplier encoded = () -> memory.getAsLong() / ENCODED_PART;
        var subscriptions =
                new SubscriptionLimit(() -> settings.subscriptionsMax(memory.getAsLong() - encoded.getAsLong()));
        for (PusherApp each : apps) {
            boolean isApart =
                    byId.values().stream().noneMatch(other -> other.app().overlaps(each));
            AppState state = new AppState(each, hub, settings, subscriptions, () -> encoded.getAsLong() / apps.size());
            if (!isApart || byKey.put(each.key(), state) != null || byId.put(each.id(), state) != null)
                throw new IllegalArgumentException(
                        "the app '" + each.id() + "' shares its id, key or channels with another app");
        }
        retention().forEach(hub::rule);
        hub.ws(path + "/app/*", socket -> {
            AppState app = byKey.get(socket.request().stars().getFirst());
            PusherConnection.open(socket, app);
        });
        new HttpApi(byId, path, settings.clock()).register(hub);
        hub.onClose(() -> byId.values().forEach(AppState::close));
        return new Pusher(byId.values());
    }

    /// Returns the retention of the channels with the protocol's state, as settings of [Sluice#rule] by
    /// channels. A hub whose log is opened before the protocol is added to it has these rules from the start.
    public static Map<String, Map<String, String>> retention() {
        return Map.of(AppState.STATE + "**", AppState.RETENTION, Webhooks.CHANNELS + "**", Webhooks.RETENTION);
    }

    /// Begins to follow the hub: for webhooks, and to close the connections of users. Call it after the hub's
    /// start.
    public void start() {
        apps.forEach(AppState::start);
    }
}
