package dev.sluice.config;

import java.util.List;
import java.util.Set;

/// The algorithms that tokens may be signed with, by their names in RFC 7518 and RFC 8037.
public final class Algorithms {
    public static final String HS256 = "HS256";
    public static final String RS256 = "RS256";
    public static final String ES256 = "ES256";
    public static final String EDDSA = "EdDSA";

    public static final List<String> ALL = List.of(HS256, RS256, ES256, EDDSA);

    static final Set<String> SECRET = Set.of(HS256);
    static final Set<String> PUBLIC_KEY = Set.of(RS256, ES256, EDDSA);

    private Algorithms() {}
}
