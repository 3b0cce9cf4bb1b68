package dev.sluice.server.auth.token;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.event.EventKey;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.json.Timestamp;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The revocation of tokens before they expire: of one token, or of all tokens that a user has or that a key has
/// signed until then.
///
/// @param value  the value of the claim
/// @param at     the time of the revocation; tokens issued later are not affected, except by [Claim#JTI]
/// @param reason the reason for the operator, never for the client; null if none was given
public record TokenRevocation(
        Claim claim, String value, Instant at, @Nullable String reason) {
    static final int REASON_CHARACTERS_MAX = 500;

    /// The claim, or header parameter, by which tokens are revoked.
    public enum Claim {
        SUB,
        JTI,
        KID;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Claim> of(String text) {
            for (Claim each : values()) if (each.text().equals(text)) return Optional.of(each);
            return Optional.empty();
        }
    }

    /// Parses a request: `{"sub": "alice", "reason": "left"}`.
    ///
    /// @throws ProblemException if it is invalid
    public static TokenRevocation of(byte[] json, Instant now) {
        try {
            return read(json, now);
        } catch (InvalidJsonException invalid) {
            throw Problems.BAD_DATA.refused("The body is not a JSON object: " + invalid.getMessage() + ".");
        }
    }

    /// Parses a record that [#write] has written, including its time.
    ///
    /// @throws IllegalArgumentException if it is invalid
    public static TokenRevocation ofRecord(byte[] json) {
        try {
            return read(json, null);
        } catch (InvalidJsonException | ProblemException | DateTimeException invalid) {
            throw new IllegalArgumentException("not a revocation", invalid);
        }
    }

    /// @param now null if the record has the time
    private static TokenRevocation read(byte[] json, @Nullable Instant now) throws InvalidJsonException {
        Claim claim = null;
        String value = null;
        String reason = null;
        Instant at = now;
        JsonObjectReader members = new JsonObjectReader(json);
        for (String name = members.next(); name != null; name = members.next()) {
            String text = members.value().text();
            if (text == null) throw wrong(name, "'" + Problems.bare(name) + "' must be a text.");
            Optional<Claim> named = Claim.of(name);
            if (named.isPresent()) {
                if (claim != null) throw wrong(name, "Revoke by one of 'sub', 'jti' and 'kid' at a time.");
                claim = named.get();
                value = checked(name, text);
            } else if (name.equals("reason")) {
                if (text.length() > REASON_CHARACTERS_MAX) {
                    throw wrong(name, "The reason has more than " + REASON_CHARACTERS_MAX + " characters: shorten it.");
                }
                reason = text;
            } else if (now == null && name.equals("at")) {
                at = Instant.parse(text);
            } else {
                throw wrong(
                        name,
                        "There is no member " + Problems.quoted(name)
                                + ": there are 'sub', 'jti' or 'kid', and 'reason'.");
            }
        }
        if (claim == null || value == null || at == null) {
            throw wrong("sub", "The tokens to revoke are missing: name them by 'sub', 'jti' or 'kid'.");
        }
        return new TokenRevocation(claim, value, at, reason);
    }

    private static String checked(String name, String text) {
        try {
            EventKey.check(text, "'" + name + "'");
            return text;
        } catch (IllegalArgumentException invalid) {
            throw wrong(name, "In the body, " + invalid.getMessage() + ".");
        }
    }

    private static ProblemException wrong(String field, String detail) {
        return Problems.BAD_DATA.refused(Problems.bare(field), detail);
    }

    /// Writes the members of the record in the log.
    public void write(JsonGenerator json) {
        json.writeStringProperty(claim.text(), value);
        writeTimeAndReason(json);
    }

    /// Writes the members for the audit log, where `kid` is the key of the admin.
    public void writeAction(JsonGenerator json) {
        json.writeStringProperty("claim", claim.text());
        json.writeStringProperty("value", value);
        writeTimeAndReason(json);
    }

    private void writeTimeAndReason(JsonGenerator json) {
        json.writeStringProperty("at", Timestamp.of(at.toEpochMilli()));
        if (reason != null) json.writeStringProperty("reason", reason);
    }

    /// Returns true if this revocation ends a grant.
    public boolean concerns(Grant grant) {
        return grant.credential()
                .map(credential -> concerns(grant.principal().name(), credential))
                .orElse(false);
    }

    /// Returns true if this revocation affects the token of this caller. It never affects a static key, which
    /// is removed from the configuration instead.
    boolean concerns(String subject, Credential credential) {
        if (credential.isStatic()) return false;
        return switch (claim) {
            case SUB -> value.equals(subject) && isIssuedBefore(credential);
            case JTI -> value.equals(credential.tokenId());
            case KID -> value.equals(credential.keyId()) && isIssuedBefore(credential);
        };
    }

    /// A token without a time of issue may have been issued before.
    private boolean isIssuedBefore(Credential credential) {
        Instant issued = credential.issuedAt();
        return issued == null || !issued.isAfter(at);
    }
}
