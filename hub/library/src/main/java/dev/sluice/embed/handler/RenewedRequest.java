package dev.sluice.embed.handler;

import dev.sluice.Access;
import dev.sluice.Request;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The request that opened a session, with a token that came later as its only credential.
record RenewedRequest(ProgramRequest opening, String token) implements Request {
    @Override
    public Optional<String> header(String name) {
        if (name.equalsIgnoreCase("Authorization")) return Optional.of("Bearer " + token);
        // An authorizer that checks the cookie first would decide by an older credential.
        return name.equalsIgnoreCase("Cookie") ? Optional.empty() : opening.header(name);
    }

    @Override
    public Optional<String> query(String name) {
        return name.equals("token") ? Optional.empty() : opening.query(name);
    }

    @Override
    public List<String> queries(String name) {
        return name.equals("token") ? List.of() : opening.queries(name);
    }

    @Override
    public Set<String> queryNames() {
        return opening.queryNames();
    }

    @Override
    public void require(Access.Action action, String channel) {
        opening.require(action, channel);
    }

    @Override
    public void takePublishes(int events, long bytes) {
        opening.takePublishes(events, bytes);
    }

    @Override
    public Duration takePublishes(String caller, int events, long bytes) {
        return opening.takePublishes(caller, events, bytes);
    }

    @Override
    public Optional<String> caller() {
        return opening.caller();
    }

    @Override
    public boolean isPublic() {
        return false;
    }

    @Override
    public String url() {
        return opening.url();
    }

    @Override
    public String method() {
        return opening.method();
    }

    @Override
    public String path() {
        return opening.path();
    }

    @Override
    public List<String> stars() {
        return opening.stars();
    }

    @Override
    public byte[] body() {
        return opening.body();
    }

    @Override
    public String text() {
        return opening.text();
    }

    @Override
    public <T> T json(Class<T> as) {
        return opening.json(as);
    }

    @Override
    public InetSocketAddress remote() {
        return opening.remote();
    }

    /// Returns a text without the token, which is a secret.
    @Override
    public String toString() {
        return opening.method() + " " + opening.path();
    }
}
