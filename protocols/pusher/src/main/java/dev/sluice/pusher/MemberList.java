package dev.sluice.pusher;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The members of a presence channel as one subscription has told them to its client, with their `user_info`.
/// Each of the members' sockets has such a list. Equal texts are one object in all of them: a hundred copies of
/// the texts of a hundred members would take more than 10 MiB.
final class MemberList {
    private final Set<String> users = new HashSet<>();
    private final Map<String, String> infos = new HashMap<>(); // A member's arrives before the member.

    /// @return false if the user is a member already
    boolean add(String user) {
        return users.add(user.intern());
    }

    /// @return false if the user is no member
    boolean remove(String user) {
        return users.remove(user);
    }

    /// Returns JSON; null if there is none.
    @Nullable
    String info(String user) {
        return infos.get(user);
    }

    void setInfo(String user, String info) {
        infos.put(user.intern(), info.intern());
    }

    void removeInfo(String user) {
        infos.remove(user);
    }

    /// Returns a copy: the members, with the `user_info` of those that have one.
    Map<String, @Nullable String> infos() {
        Map<String, @Nullable String> copy = new LinkedHashMap<>();
        for (String each : users) copy.put(each, infos.get(each));
        return copy;
    }
}
