package dev.sluice.pusher;

import dev.sluice.Channels;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import dev.sluice.Membership;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The subscription of a socket to a channel.
final class ChannelSubscription implements AutoCloseable {
    /// How many of the newest events are searched for the cached one: of some, subscribers get nothing.
    private static final int CACHED_MAX = 100;

    private final AppState app;
    private final PusherConnection connection;
    private final PusherChannel channel;
    private final @Nullable Member member;
    private final Channels events;

    /// What ends with the subscription.
    private final List<Membership> memberships = new ArrayList<>();

    private final List<Follower> followers = new ArrayList<>();

    private final MemberList members; // Of a presence channel only.

    /// @param member who joins a presence channel; null for other channels
    ChannelSubscription(AppState app, PusherConnection connection, PusherChannel channel, @Nullable Member member) {
        this.app = app;
        this.connection = connection;
        this.channel = channel;
        this.member = member;
        this.events = app.hub().channels(channel.hubName());
        this.members = new MemberList(app.limit());
    }

    PusherChannel channel() {
        return channel;
    }

    @Nullable
    String userId() {
        return member == null ? null : member.id();
    }

    /// Answers the subscription, then sends events: those after its answer, or after a given id.
    ///
    /// @param after the id of the last event that the client got; null if it asks for none
    /// @throws RefusedException      if a limit is reached
    /// @throws IllegalStateException if a limit of the hub is reached, or its log cannot find the id
    void begin(@Nullable String after) throws InterruptedException {
        // The start is fixed before the answer: what is published in between is read, never missed.
        EventPage newest = channel.isCache() ? cached() : events.latest().read(1, Duration.ZERO);
        // A cursor that the log cannot find is refused here.
        if (after != null) events.after(after).read(1, Duration.ZERO);
        memberships.add(app.occupy(channel));
        if (member == null) connection.send(Frames.subscribed(channel.name()));
        else join(member);
        if (after == null && channel.isCache()) sendCached(newest);
        follow(events, after == null ? newest.cursor() : after, event -> frame(event, true), this::sendGap);
    }

    private void follow(
            Channels channels, String cursor, Function<Event, Optional<String>> frame, Consumer<Gap> onGap) {
        Follower follower = new Follower(connection, channels, cursor, frame, onGap);
        followers.add(follower);
        follower.start();
    }

    /// Returns the newest events, among which is the one that a cache channel sends, if there is any.
    private EventPage cached() throws InterruptedException {
        EventPage newest = events.last(1).read(1, Duration.ZERO);
        boolean isEnough =
                newest.events().stream().allMatch(each -> app.sent(each).isPresent());
        return isEnough ? newest : events.last(CACHED_MAX).read(CACHED_MAX, Duration.ZERO);
    }

    private void sendCached(EventPage newest) {
        for (Event each : newest.events().reversed()) {
            Optional<String> frame = frame(each, false);
            frame.ifPresent(connection::send);
            if (frame.isPresent()) return;
        }
        connection.send(Frames.cacheMiss(channel.name()));
        app.webhooks().add(Map.of("name", "cache_miss", "channel", channel.name()));
    }

    /// @param skipsSender false for a new subscriber, who gets the cached event whoever sent it
    private Optional<String> frame(Event event, boolean skipsSender) {
        return app.sent(event)
                .filter(sent -> !skipsSender || !connection.id().equals(sent.socket()))
                .map(sent -> connection.hasIds() ? Frames.withId(sent.frame(), event.id()) : sent.frame());
    }

    private void sendGap(Gap gap) {
        if (!connection.hasIds()) return;
        String reason = gap.reason().name().toLowerCase(Locale.ROOT);
        connection.send(Frames.gap(channel.name(), reason, gap.resume()));
    }

    // --- members

    private void join(Member me) throws InterruptedException {
        Channels changes = app.hub().channels(AppState.presence(channel), AppState.info(channel));
        // A change after this place is seen twice, which changes nothing, rather than never.
        String place = changes.latest().read(1, Duration.ZERO).cursor();
        app.recordedMembers(channel.hubName()).forEach(members::add);
        memberships.add(app.admit(channel, me.id(), members.infos().keySet()));
        boolean isNew = members.add(me.id());
        for (Event each : app.newest(AppState.info(channel)).values()) learn(each);
        // Before the member joins, so that whoever learns of the member has learned this.
        if (me.info() != null && (isNew || !me.info().equals(members.info(me.id())))) publish(me.id(), me.info());
        memberships.add(app.hub().channel(channel.hubName()).join(me.id()));
        connection.send(Frames.subscribed(channel.name(), members.infos()));
        follow(changes, place, event -> changed(me, event), _ -> {}); // The next subscription has the list.
    }

    private void publish(String user, String info) {
        Message.Data data =
                new Message.Data(Message.Kind.JSON, "application/json", info.getBytes(StandardCharsets.UTF_8));
        PublishResult result = app.hub()
                .channel(AppState.info(channel))
                .publish(Message.of(data).key(user));
        if (!result.isStored()) throw new IllegalStateException("The 'user_info' was not stored.");
        members.setInfo(user, info);
    }

    private void learn(Event info) {
        info.key().ifPresent(user -> members.setInfo(user, info.text()));
    }

    private Optional<String> changed(Member me, Event event) {
        String user = event.key().orElse("");
        boolean isInfo = event.channel().equals(AppState.info(channel));
        if (!isInfo && event.isRemoved()) {
            if (members.remove(user)) return Optional.of(Frames.memberRemoved(channel.name(), user));
        } else if (!isInfo) {
            if (members.add(user)) return Optional.of(Frames.memberAdded(channel.name(), user, members.info(user)));
        } else if (!event.isRemoved()) {
            learn(event);
        } else if (user.equals(me.id()) && me.info() != null) {
            publish(user, me.info()); // The member came back while what it had left was removed.
        } else {
            members.removeInfo(user);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        followers.forEach(Follower::close);
        members.close();
        memberships.forEach(Membership::close);
        memberships.clear();
    }
}
