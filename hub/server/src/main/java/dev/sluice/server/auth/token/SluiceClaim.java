package dev.sluice.server.auth.token;

import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.channel.Pattern;
import dev.sluice.server.auth.identity.InvalidTokenException;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.json.InvalidJsonException;
import dev.sluice.server.json.JsonArrayReader;
import dev.sluice.server.json.JsonObjectReader;
import dev.sluice.server.json.JsonObjectReader.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The claim `sluice` of a token: the permissions of the token itself. Each verb has a list of channels;
/// `publish` may limit them to a type and a key, and the number of channels that the caller creates; `admin` is
/// a flag:
///
/// ```
/// {"subscribe": ["news/**"], "publish": [{"channels": "chat/7", "type": "text", "key": "alice", "channels_max": 9}],
///  "admin": false}
/// ```
///
/// Parsed strictly: a misspelt limit would permit more than was meant.
public record SluiceClaim(Permissions permissions) {
    public static final SluiceClaim NONE = new SluiceClaim(Permissions.NONE);

    /// A longer list is a mistake: `**` or a grant of the hub says the same in one line.
    static final int PATTERNS_MAX = 1_000;

    /// Data about the caller, from an earlier version of the claim. The hub ignores it; tokens that have it stay
    /// valid.
    private static final String UNUSED = "info";

    private static final Pattern ALL_CHANNELS = Pattern.of("**");

    /// @param json the value of the claim
    /// @throws InvalidTokenException if the claim is invalid
    public static SluiceClaim of(byte[] json) throws InvalidJsonException {
        Map<Verb, List<Permission>> permissions = new EnumMap<>(Verb.class);
        int count = 0;
        JsonObjectReader claim = new JsonObjectReader(json);
        for (String name = claim.next(); name != null; name = claim.next()) {
            byte[] value = claim.value().bytes();
            if (name.equals(UNUSED)) continue;
            Verb verb = verb(name);
            List<Permission> each = verb == Verb.ADMIN ? admin(value) : permissions(verb, value);
            count += each.size();
            if (count > PATTERNS_MAX) {
                throw new InvalidTokenException("The claim 'sluice' has more than " + PATTERNS_MAX
                        + " channels and patterns: replace many by one pattern, or by grants of the hub.");
            }
            permissions.put(verb, each);
        }
        return new SluiceClaim(Permissions.of(permissions));
    }

    private static Verb verb(String name) {
        for (Verb each : Verb.values()) if (each.text().equals(name)) return each;
        throw new InvalidTokenException("The claim 'sluice' has no member " + Problems.quoted(name)
                + ": its members are the verbs, such as 'subscribe' and 'publish_as'.");
    }

    private static List<Permission> admin(byte[] value) {
        return switch (new String(value, StandardCharsets.UTF_8)) {
            case "true" -> List.of(Permission.on(ALL_CHANNELS));
            case "false" -> List.of();
            default -> throw new InvalidTokenException("The claim 'sluice.admin' is true or false.");
        };
    }

    private static List<Permission> permissions(Verb verb, byte[] value) throws InvalidJsonException {
        if (value[0] != '[') throw new InvalidTokenException("The claim 'sluice." + verb.text() + "' is an array.");
        List<Permission> all = new ArrayList<>();
        JsonArrayReader array = new JsonArrayReader(value);
        for (Value each = array.next(); each != null; each = array.next()) {
            if (all.size() == PATTERNS_MAX) {
                throw new InvalidTokenException("The claim 'sluice." + verb.text() + "' has more than " + PATTERNS_MAX
                        + " channels and patterns: replace many by one pattern, or by grants of the hub.");
            }
            all.add(each.text() != null ? Permission.on(pattern(verb, each.text())) : limited(verb, each.bytes()));
        }
        return all;
    }

    private static Permission limited(Verb verb, byte[] value) throws InvalidJsonException {
        if (value[0] != '{' || verb != Verb.PUBLISH) {
            throw new InvalidTokenException("The claim 'sluice." + verb.text() + "' has patterns of channels, as texts"
                    + (verb == Verb.PUBLISH
                            ? " or as objects with 'channels', 'type', 'key' and 'channels_max'."
                            : "."));
        }
        String channels = null;
        String type = null;
        String key = null;
        int channelsMax = Permission.UNBOUNDED;
        JsonObjectReader members = new JsonObjectReader(value);
        for (String name = members.next(); name != null; name = members.next()) {
            Value member = members.value();
            if (name.equals("channels_max")) {
                channelsMax = channelsMax(member);
                continue;
            }
            String text = member.text();
            if (text == null)
                throw new InvalidTokenException(
                        "In the claim 'sluice.publish', members of objects are texts, except 'channels_max'.");
            switch (name) {
                case "channels" -> channels = text;
                case "type" -> type = text;
                case "key" -> key = text;
                default ->
                    throw new InvalidTokenException(
                            "In the claim 'sluice.publish', an object has 'channels', 'type', 'key' and"
                                    + " 'channels_max', and not " + Problems.quoted(name) + ".");
            }
        }
        if (channels == null)
            throw new InvalidTokenException("In the claim 'sluice.publish', an object needs 'channels'.");
        return new Permission(pattern(verb, channels), type, key, channelsMax);
    }

    private static int channelsMax(Value member) {
        byte[] digits = member.bytes();
        // JSON permits more numbers, such as 1.5 and 1e3, which are no limits.
        if (digits.length > 9 || !new String(digits, StandardCharsets.US_ASCII).matches("[1-9][0-9]*")) {
            throw new InvalidTokenException(
                    "In the claim 'sluice.publish', 'channels_max' is a whole number from 1 to 999999999.");
        }
        return Integer.parseInt(new String(digits, StandardCharsets.US_ASCII));
    }

    private static Pattern pattern(Verb verb, String text) {
        try {
            return Pattern.of(text);
        } catch (InvalidNameException invalid) {
            throw new InvalidTokenException("In the claim 'sluice." + verb.text() + "', " + invalid.getMessage() + ".");
        }
    }
}
