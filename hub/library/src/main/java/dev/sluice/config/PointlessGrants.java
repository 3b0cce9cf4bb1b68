package dev.sluice.config;

import dev.sluice.config.setting.Quoted;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// Finds grants whose permission a wider grant already gives to the same callers and to others. Such a grant
/// seems to reserve channels for the callers it names, but excludes no one.
final class PointlessGrants {
    /// Enough warnings for the operator to act.
    private static final int WARNINGS_MAX = 10;

    /// Keeps the search short for the largest files: a tenth of a second.
    private static final int PAIRS_MAX = 1_000_000;

    /// @param grant      the grant with the permission
    /// @param permission one of the grant's permissions for the verb
    private record Permitted(GrantEntry grant, Verb verb, Permission permission) {
        /// Returns true if this permits the same and more, or the same to more callers.
        boolean includes(Permitted other) {
            var mine = permission;
            var its = other.permission;
            boolean isSame = grant.to().equals(other.grant.to()) && mine.equals(its);
            return !isSame
                    && !grant.equals(other.grant)
                    && verb == other.verb
                    && includesCallers(grant.to(), other.grant.to())
                    && mine.channels().covers(its.channels())
                    && mine.channelsMax() >= its.channelsMax()
                    && (mine.type() == null || Objects.equals(mine.type(), its.type()))
                    && (mine.key() == null || Objects.equals(mine.key(), its.key()));
        }

        private static boolean includesCallers(String some, String others) {
            return some.equals(others)
                    || some.equals(GrantEntry.ANYONE)
                    || (some.equals(GrantEntry.AUTHENTICATED) && !others.equals(GrantEntry.ANYONE));
        }

        private String place() {
            return "the [[grant]] to " + Quoted.text(grant.to()) + " ("
                    + grant.values().value(GrantEntry.TO).source().text() + ')';
        }

        private String channels() {
            return verb == Verb.ADMIN
                    ? ""
                    : " on '" + Quoted.line(permission.channels().value()) + "'";
        }
    }

    private PointlessGrants() {}

    /// Sentences for the operator.
    static List<String> warnings(List<GrantEntry> grants) {
        var all = grants.stream()
                .filter(grant -> !grant.isDenial())
                .flatMap(PointlessGrants::permitted)
                .toList();
        var denied = grants.stream()
                .filter(grant -> grant.isDenial() && grant.to().equals(GrantEntry.ANYONE))
                .map(GrantEntry::permissions)
                .toList();
        return all.stream()
                .flatMap(narrow -> all.stream().map(wide -> List.of(narrow, wide)))
                .limit(PAIRS_MAX)
                .filter(pair -> pair.getLast().includes(pair.getFirst()))
                .filter(pair -> !isDenied(pair.getFirst(), denied))
                .map(pair -> warning(pair.getFirst(), pair.getLast()))
                .limit(WARNINGS_MAX)
                .toList();
    }

    private static Stream<Permitted> permitted(GrantEntry grant) {
        var permissions = grant.permissions();
        return Stream.of(Verb.values())
                .flatMap(verb -> permissions.granted(verb).stream().map(each -> new Permitted(grant, verb, each)));
    }

    /// Returns true if a denial for all callers may exclude others from these channels.
    private static boolean isDenied(Permitted narrow, List<Permissions> denied) {
        Pattern channels = narrow.permission.channels();
        return denied.stream().anyMatch(each -> each.overlaps(narrow.verb, channels));
    }

    private static String warning(Permitted narrow, Permitted wide) {
        return "'%s'%s in %s keeps nobody out: %s permits it%s. Name fewer channels there if these are private."
                .formatted(narrow.verb.text(), narrow.channels(), narrow.place(), wide.place(), wide.channels());
    }
}
