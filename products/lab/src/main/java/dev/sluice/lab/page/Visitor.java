package dev.sluice.lab.page;

import dev.sluice.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a visitor's browser is, and the name under which it reaches this server.
///
/// @param address of the browser, as far as it is known
/// @param name    of this server, which becomes a part of addresses and of a Content-Security-Policy
/// @param host    the name and the port of the page
record Visitor(InetAddress address, String name, String host) {
    /// Names and addresses only: a hub's `Host` may have any character of a URI's host, such as `;`, which would begin
    /// another directive of a policy.
    private static final Pattern HOST =
            Pattern.compile("([a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,251}[a-zA-Z0-9])?|\\[[0-9a-fA-F:.]{2,45}])(:[0-9]{1,5})?");

    /// Empty if the page's host is no name that an address can have.
    static Optional<Visitor> of(Request request) {
        InetSocketAddress remote = request.remote();
        Matcher host = HOST.matcher(request.header("Host").orElse(""));
        if (!host.matches() || remote.getAddress() == null) return Optional.empty();
        return Optional.of(new Visitor(remote.getAddress(), host.group(1), host.group()));
    }

    /// Whether the browser runs on this machine.
    boolean isHere() {
        return address.isLoopbackAddress();
    }

    /// The address on which lines listen.
    String bindHost() {
        return isHere() ? "127.0.0.1" : "0.0.0.0";
    }

    /// The name of the lines in the browser.
    String lineName() {
        return isHere() ? "127.0.0.1" : name;
    }

    /// The origins that the page may have: a request does not tell whether it came over TLS.
    List<String> origins() {
        return List.of("http://" + host, "https://" + host);
    }
}
