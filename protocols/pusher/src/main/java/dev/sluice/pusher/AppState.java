package dev.sluice.pusher;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventEncoder;
import dev.sluice.EventPage;
import dev.sluice.LogUnavailableException;
import dev.sluice.Membership;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.Subscription;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/// What a node knows of an app: its sockets here, and through the hub what happens on all nodes. The members
/// of the hub's channel of the app itself are the names of the channels that have subscribers.
final class AppState implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AppState.class.getName());

    static final String STATE = "$program/pusher/";

    /// Keeps the `user_info` of each member, which is removed when the member leaves.
    static final Map<String, String> RETENTION = Map.of(
            "retention.max_age",
            "1d",
            "retention.max_events",
            "1000",
            "retention.max_bytes",
            "1MiB",
            "retention.keep",
            "newest-of-key");

    /// The limit of the public service.
    private static final int MEMBERS_MAX = 100;

    /// The number of subscriptions as which one to a presence channel counts. Its second follower takes as much
    /// memory as the first, and its list of a hundred members, without their texts, as much as two.
    private static final int PRESENCE_COUNT = 4;

    private static final String PRESENCE = "$presence/";

    /// The type of the events in the app's own state channel, whose data is a user.
    private static final String TERMINATE = "terminate";

    private static final int PAGE_EVENTS = 1_000;

    private final PusherApp app;
    private final Sluice hub;
    private final PusherSettings settings;
    private final Webhooks webhooks;
    private final SubscriptionLimit limit;
    private final EventEncoder<Optional<SentEvent>> encoder;
    private final Set<PusherConnection> connections = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> subscriptions = new ConcurrentHashMap<>();

    /// The members of each presence channel that have sockets here, with their number.
    private final Map<String, Map<String, Integer>> members = new ConcurrentHashMap<>();

    private final List<Subscription> followed = new CopyOnWriteArrayList<>();

    /// @param limit           shared by all apps
    /// @param encodedBytesMax how much memory the frames take that subscribers share
    AppState(
            PusherApp app, Sluice hub, PusherSettings settings, SubscriptionLimit limit, LongSupplier encodedBytesMax) {
        this.app = app;
        this.hub = hub;
        this.settings = settings;
        this.limit = limit;
        this.encoder = new EventEncoder<>(
                event -> SentEvent.of(event, PusherChannel.name(app, event.channel())),
                sent -> sent.map(SentEvent::bytes).orElse(0),
                encodedBytesMax);
        this.webhooks = new Webhooks(app, hub, settings.clock());
    }

    PusherApp app() {
        return app;
    }

    Sluice hub() {
        return hub;
    }

    PusherSettings settings() {
        return settings;
    }

    SubscriptionLimit limit() {
        return limit;
    }

    /// Returns what the subscribers of one of the app's channels get of an event; empty if nothing.
    Optional<SentEvent> sent(Event event) {
        return encoder.encoded(event);
    }

    Webhooks webhooks() {
        return webhooks;
    }

    void start() {
        followed.add(hub.channel(STATE + app.channels()).subscribe(this::command));
        webhooks.start();
        String occupied = PRESENCE + app.channels();
        followed.add(hub.channels(occupied, occupied + "/*").subscribe(this::changed));
    }

    @Override
    public void close() {
        followed.forEach(Subscription::close);
        webhooks.close();
    }

    // --- sockets of this node

    /// @return false if the app has its most connections
    boolean add(PusherConnection connection) {
        connections.add(connection);
        if (connections.size() <= app.connectionsMax()) return true;
        connections.remove(connection);
        return false;
    }

    void remove(PusherConnection connection) {
        connections.remove(connection);
    }

    /// Counts a subscription, and makes its channel, unless it is that of a user, an occupied one on all
    /// nodes.
    ///
    /// @throws RefusedException      if this node has its most subscriptions
    /// @throws IllegalStateException if the hub has its most members
    Membership occupy(PusherChannel channel) {
        int counted = channel.isPresence() ? PRESENCE_COUNT : 1;
        limit.take(counted);
        if (channel.isForUser()) return () -> limit.giveBack(counted);
        Membership occupied;
        try {
            occupied = hub.channel(app.channels()).join(channel.name());
        } catch (RuntimeException refused) {
            limit.giveBack(counted);
            throw refused;
        }
        subscriptions.merge(channel.name(), 1, Integer::sum);
        return () -> {
            subscriptions.computeIfPresent(channel.name(), (_, count) -> count == 1 ? null : count - 1);
            occupied.close();
            limit.giveBack(counted);
        };
    }

    /// Counts a socket of a member of a presence channel. What is recorded may be a second old: the members of
    /// this node are known at once, so that many that join in that second do not exceed the limit.
    ///
    /// @param recorded the members according to the hub
    /// @throws RefusedException if the channel has its most members
    Membership admit(PusherChannel channel, String user, Set<String> recorded) {
        members.compute(channel.name(), (_, known) -> {
            Map<String, Integer> here = known == null ? new ConcurrentHashMap<>() : known;
            Set<String> all = new HashSet<>(recorded);
            all.addAll(here.keySet());
            if (!all.contains(user) && all.size() >= MEMBERS_MAX)
                throw new RefusedException(403, "A presence channel has at most " + MEMBERS_MAX + " members.");
            here.merge(user, 1, Integer::sum);
            return here;
        });
        return () -> members.computeIfPresent(channel.name(), (_, here) -> {
            here.computeIfPresent(user, (_, count) -> count == 1 ? null : count - 1);
            return here.isEmpty() ? null : here;
        });
    }

    /// Returns the number of subscriptions to a channel on this node.
    int subscriptions(String channel) {
        return subscriptions.getOrDefault(channel, 0);
    }

    // --- all nodes

    /// Returns the names of the channels that have subscribers. Those that have just got their first one are
    /// recorded within a second; those of this node are here at once.
    Set<String> occupied() throws InterruptedException {
        Set<String> names = new LinkedHashSet<>(recordedMembers(app.channels()));
        names.addAll(subscriptions.keySet());
        names.removeIf(each -> !PusherChannel.isName(each)); // Of members by other protocols.
        return names;
    }

    /// Returns the ids of the members of a presence channel: those that are recorded and those of this node,
    /// as for [#occupied].
    Set<String> members(PusherChannel channel) throws InterruptedException {
        Set<String> ids = new LinkedHashSet<>(recordedMembers(channel.hubName()));
        ids.addAll(members.getOrDefault(channel.name(), Map.of()).keySet());
        return ids;
    }

    /// Returns the members of one of the hub's channels, all of whom have been announced.
    Set<String> recordedMembers(String hubName) throws InterruptedException {
        return newest(PRESENCE + hubName).keySet();
    }

    static String presence(PusherChannel channel) {
        return PRESENCE + channel.hubName();
    }

    /// The channel with the `user_info` of the members of a presence channel.
    static String info(PusherChannel channel) {
        return STATE + channel.hubName();
    }

    /// Returns the newest event of each key of a channel of the hub, without the keys that have ended.
    Map<String, Event> newest(String channel) throws InterruptedException {
        Map<String, Event> newest = new LinkedHashMap<>();
        Channels rest = hub.channels(channel).snapshot();
        while (true) {
            EventPage page = rest.read(PAGE_EVENTS, Duration.ZERO);
            for (Event event : page.events()) {
                String key = event.key().orElse("");
                if (event.isRemoved()) newest.remove(key);
                else newest.put(key, event);
            }
            if (!page.hasMore()) return newest;
            rest = hub.channels(channel).after(page.cursor());
        }
    }

    /// Closes the connections of a user on all nodes.
    ///
    /// @throws RefusedException        if the log is full
    /// @throws LogUnavailableException if the log has failed
    void terminate(String user) {
        PublishResult result =
                hub.channel(STATE + app.channels()).publish(Message.text(user).type(TERMINATE));
        if (!result.isStored())
            throw new RefusedException(503, "No connection was ended, because the hub's log is full.");
    }

    private void command(Event event) {
        if (!event.type().equals(TERMINATE)) return;
        String user = event.text();
        for (PusherConnection each : connections) each.terminate(user);
    }

    /// Follows a change of a channel's members or of the occupied channels. All nodes do; each change is
    /// recorded once.
    private void changed(Event event) {
        String client = event.key().orElse("");
        String of = event.channel().substring(PRESENCE.length());
        Map<String, Object> hook = new LinkedHashMap<>();
        if (of.equals(app.channels())) {
            if (!PusherChannel.isName(client)) return;
            hook.put("name", event.isRemoved() ? "channel_vacated" : "channel_occupied");
            hook.put("channel", client);
        } else {
            String channel = of.substring(app.channels().length() + 1);
            if (!channel.startsWith("presence-") || !PusherChannel.isName(channel)) return; // Of another protocol.
            if (event.isRemoved()) forget(of, client, event.id());
            hook.put("name", event.isRemoved() ? "member_removed" : "member_added");
            hook.put("channel", channel);
            hook.put("user_id", client);
        }
        webhooks.addOnce("webhook-" + event.id(), hook);
    }

    /// Removes the `user_info` of a member that has left.
    private void forget(String channel, String user, String id) {
        try {
            hub.channel(STATE + channel)
                    .publish(Message.text("").key(user).removingKey().once("left-" + id));
        } catch (IllegalStateException failing) { // The next member of this name replaces it.
            LOG.log(Level.DEBUG, "the data of a member was not removed", failing);
        }
    }
}
