package dev.sluice.server.http.policy;

import dev.sluice.server.http.head.RequestHead;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// The client of a request as reported by trusted proxies: `docs/decisions/0018-how-a-hub-works-behind-a-proxy.md`.
///
/// Each proxy appends the address from which it received the request, so only the right end of the list can be
/// trusted. The list is read from the right as long as the address that vouches for the next one belongs to a
/// trusted proxy. The client may have sent anything on the left, so the rest is not parsed.
///
/// @param address  where the request comes from
/// @param isSecure whether the client's connection is encrypted, as a trusted proxy reports it; without a
///                 report, whether the connection to the server is
public record ForwardedClient(InetSocketAddress address, boolean isSecure) {
    private static final String FOR = "X-Forwarded-For";
    private static final String PROTO = "X-Forwarded-Proto";

    /// @param peer         the other end of the connection
    /// @param isPeerSecure whether that connection is encrypted
    static ForwardedClient of(
            RequestHead request,
            InetSocketAddress peer,
            boolean isPeerSecure,
            TrustedProxies trusted,
            ForwardedHeader header) {
        if (!trusted.contains(peer.getAddress())) return new ForwardedClient(peer, isPeerSecure);
        return switch (header) {
            case FORWARDED -> {
                ForwardedNode client = client(request.headers("Forwarded"), header, peer, trusted);
                yield new ForwardedClient(client.address(), isSecure(client.proto(), isPeerSecure));
            }
            case X_FORWARDED_FOR -> {
                ForwardedNode client = client(request.headers(FOR), header, peer, trusted);
                List<String> protos = request.headers(PROTO);
                String last = protos.isEmpty() ? "" : protos.getLast();
                String proto = last.substring(last.lastIndexOf(',') + 1).strip();
                yield new ForwardedClient(client.address(), isSecure(proto, isPeerSecure));
            }
        };
    }

    private static boolean isSecure(String proto, boolean isPeerSecure) {
        if (proto.isEmpty()) return isPeerSecure;
        return proto.equalsIgnoreCase("https") || proto.equalsIgnoreCase("wss");
    }

    /// The first address from the right that does not belong to a trusted proxy; the last trusted proxy if that
    /// address is missing or malformed.
    private static ForwardedNode client(
            List<String> lines, ForwardedHeader header, InetSocketAddress peer, TrustedProxies trusted) {
        ForwardedNode client = new ForwardedNode(peer, "");
        for (String line : lines.reversed()) {
            int end = line.length();
            while (end >= 0) {
                int comma = line.lastIndexOf(',', end - 1);
                String element = line.substring(comma + 1, end);
                end = comma;
                if (element.isBlank()) continue; // An empty element of a list (RFC 9110 §5.6.1).
                Optional<ForwardedNode> next = header == ForwardedHeader.FORWARDED
                        ? ForwardedNode.ofElement(element)
                        : ForwardedNode.ofList(element);
                if (next.isEmpty()) return client;
                client = next.get();
                if (!trusted.contains(client.address().getAddress())) return client;
            }
        }
        return client;
    }
}
