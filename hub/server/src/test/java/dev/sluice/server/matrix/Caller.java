package dev.sluice.server.matrix;

import dev.sluice.core.access.Verb;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A caller of the matrix: its credential, and what that permits.
///
/// @param isValid        whether the credential, if any, proves something
/// @param verbs          granted on the channel
/// @param verbsElsewhere granted on other channels
record Caller(String name, Kind kind, boolean isValid, Set<Verb> verbs, Set<Verb> verbsElsewhere) {
    /// The credential that the caller shows.
    enum Kind {
        NOTHING,
        TOKEN,
        EXPIRED_TOKEN,
        FORGED_TOKEN,
        TOKEN_OF_AN_UNKNOWN_KEY,
        UNSIGNED_TOKEN,
        TOKEN_FOR_OTHERS,
        STATIC_KEY,
        WRONG_STATIC_KEY,
        CERTIFICATE,

        /// With the name of a static key.
        WRONG_CERTIFICATE
    }

    /// Those that permit everything.
    private static final Set<Kind> VALID = EnumSet.of(Kind.STATIC_KEY, Kind.CERTIFICATE);

    private static final Set<Verb> ALL = EnumSet.allOf(Verb.class);
    private static final Set<Verb> NONE = EnumSet.noneOf(Verb.class);

    boolean isAnonymous() {
        return kind == Kind.NOTHING;
    }

    @Override
    public String toString() {
        return name;
    }

    /// All callers that knock at a door. The invalid credentials would permit everything. The tokens permit just what
    /// the door needs; each verb alone; and all verbs but one, which they permit elsewhere.
    static List<Caller> at(Door door) {
        return of(door.verbs());
    }

    /// The callers of routes that need these verbs.
    static List<Caller> of(Set<Verb> needed) {
        List<Caller> all = new ArrayList<>();
        all.add(new Caller("nobody", Kind.NOTHING, true, NONE, NONE));
        for (Kind kind : Kind.values()) {
            if (kind == Kind.NOTHING || kind == Kind.TOKEN) continue;
            all.add(new Caller(kind.name(), kind, VALID.contains(kind), ALL, ALL));
        }
        all.add(new Caller("just " + needed, Kind.TOKEN, true, needed, NONE));
        for (Verb each : Verb.values()) {
            all.add(new Caller("only " + each, Kind.TOKEN, true, EnumSet.of(each), NONE));
            Set<Verb> others = EnumSet.complementOf(EnumSet.of(each));
            all.add(new Caller("all but " + each, Kind.TOKEN, true, others, EnumSet.of(each)));
        }
        return all;
    }
}
