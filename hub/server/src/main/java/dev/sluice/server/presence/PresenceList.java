package dev.sluice.server.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.InvalidNameException;
import dev.sluice.core.presence.Members;
import dev.sluice.core.presence.Presence;
import dev.sluice.core.presence.PresenceChannel;
import dev.sluice.server.http.Exchange;
import dev.sluice.server.http.Route;
import dev.sluice.server.http.ServerResponse;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.Status;
import dev.sluice.server.json.Json;
import dev.sluice.server.json.Timestamp;
import java.util.Set;
import tools.jackson.core.JsonGenerator;

/// `GET /presence/{name}`: a channel's members, and the cursor from which to follow changes.
public final class PresenceList implements Route {
    private final Presence presence;

    public PresenceList(Presence presence) {
        this.presence = presence;
    }

    @Override
    public void handle(Exchange exchange) {
        exchange.request().parameters().allow(Set.of());
        presence.members(exchange.grant(), channel(exchange.request().path().after(1), "path"))
                .whenComplete((members, failure) -> exchange.run(() -> {
                    if (failure == null) answer(exchange, members);
                    else exchange.refuse(stopping());
                }));
    }

    public static Problem stopping() {
        return Problems.NOT_READY
                .of("The hub is stopping. Try again in a moment.")
                .withHeader("Retry-After", "1");
    }

    /// Parses the name of a channel that can have members.
    ///
    /// @param field the field that holds the name, for the refusal
    /// @throws dev.sluice.server.http.head.ProblemException if the name is invalid or the channel can't have
    ///     members
    public static ChannelName channel(String name, String field) {
        ChannelName channel;
        try {
            channel = new ChannelName(name);
        } catch (InvalidNameException invalid) {
            throw Problems.BAD_NAME.refused(field, "The channel " + invalid.getMessage() + ".");
        }
        try {
            PresenceChannel.of(channel);
        } catch (IllegalArgumentException none) {
            throw Problems.BAD_NAME.refused(
                    field, "The channel " + Problems.quoted(name) + ": " + none.getMessage() + ".");
        }
        return channel;
    }

    private static void answer(Exchange exchange, Members members) {
        byte[] body = Json.bytes(json -> {
            json.writeStartObject();
            json.writeStringProperty("channel", members.channel().value());
            write(json, members);
            json.writeEndObject();
        });
        exchange.answer(ServerResponse.json(Status.OK, body)
                .compressible()
                .with("Sluice-Cursor", members.at().text()));
    }

    /// Writes `"members":[…],"cursor":"…"` into an object that has been started.
    public static void write(JsonGenerator json, Members members) {
        json.writeArrayPropertyStart("members");
        for (Members.Member member : members.members()) write(json, member);
        json.writeEndArray();
        json.writeStringProperty("cursor", members.at().text());
    }

    /// `{"client":"alice","time":"…"}`
    private static void write(JsonGenerator json, Members.Member member) {
        json.writeStartObject();
        json.writeStringProperty("client", member.client());
        json.writeStringProperty("time", Timestamp.of(member.timeMs()));
        json.writeEndObject();
    }
}
