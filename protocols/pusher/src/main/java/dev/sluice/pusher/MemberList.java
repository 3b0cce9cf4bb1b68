package dev.sluice.pusher;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The members of a presence channel as one subscription has told them to its client, with their `user_info`.
/// Each of the members' sockets has such a list, and their texts count once. May be used from any thread.
final class MemberList implements AutoCloseable {
    private final SubscriptionLimit limit;
    private final Set<String> users = new HashSet<>();
    private final Map<String, String> infos = new HashMap<>(); // A member's arrives before the member.
    private boolean isClosed;

    MemberList(SubscriptionLimit limit) {
        this.limit = limit;
    }

    /// @return false if the user is a member already, or the list is closed
    /// @throws RefusedException if there is no room for the text: close the list
    synchronized boolean add(String user) {
        if (isClosed || users.contains(user)) return false;
        users.add(limit.hold(user));
        limit.requireRoom();
        return true;
    }

    /// @return false if the user is no member
    synchronized boolean remove(String user) {
        if (!users.remove(user)) return false;
        limit.release(user);
        return true;
    }

    /// Returns JSON; null if there is none.
    synchronized @Nullable String info(String user) {
        return infos.get(user);
    }

    /// @throws RefusedException if there is no room for the texts: close the list
    synchronized void setInfo(String user, String info) {
        removeInfo(user);
        if (isClosed) return;
        infos.put(limit.hold(user), limit.hold(info));
        limit.requireRoom();
    }

    synchronized void removeInfo(String user) {
        String info = infos.remove(user);
        if (info == null) return;
        limit.release(user);
        limit.release(info);
    }

    /// Returns a copy: the members, with the `user_info` of those that have one.
    synchronized Map<String, @Nullable String> infos() {
        Map<String, @Nullable String> copy = new LinkedHashMap<>();
        for (String each : users) copy.put(each, infos.get(each));
        return copy;
    }

    /// Releases the texts. The list stays empty.
    @Override
    public synchronized void close() {
        isClosed = true;
        users.forEach(limit::release);
        users.clear();
        Set.copyOf(infos.keySet()).forEach(this::removeInfo);
    }
}
