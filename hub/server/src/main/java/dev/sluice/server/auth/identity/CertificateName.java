package dev.sluice.server.auth.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/// The part of a client certificate that names the caller. A certificate with several such names, or
/// without any, identifies no caller, because the choice must not depend on their order.
public enum CertificateName {
    /// The common name of the subject.
    CN,
    /// An alternative name of the subject of the type dNSName (RFC 5280 §4.2.1.6).
    DNS,
    /// Likewise, of the type rfc822Name.
    EMAIL,
    /// Likewise, of the type uniformResourceIdentifier, such as that of SPIFFE.
    URI;

    private static final int RFC822_NAME = 1;
    private static final int DNS_NAME = 2;
    private static final int UNIFORM_RESOURCE_IDENTIFIER = 6;

    /// @throws InvalidTokenException if the certificate does not have exactly one such name
    String of(X509Certificate certificate) {
        Set<String> names = switch (this) {
            case CN -> commonNames(certificate);
            case DNS -> alternatives(certificate, DNS_NAME);
            case EMAIL -> alternatives(certificate, RFC822_NAME);
            case URI -> alternatives(certificate, UNIFORM_RESOURCE_IDENTIFIER);
        };
        if (names.size() == 1) return names.iterator().next();
        throw new InvalidTokenException("The client certificate names no caller: it must have one "
                + (this == CN ? "common name in its subject" : "subject alternative name of the type " + this)
                + ", and has " + (names.isEmpty() ? "none." : names.size() + "."));
    }

    private static Set<String> commonNames(X509Certificate certificate) {
        Set<String> found = new LinkedHashSet<>();
        try {
            for (Rdn each : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                Attribute names = each.toAttributes().get("CN"); // A relative name may have several parts.
                if (names == null) continue;
                for (Object name : Collections.list(names.getAll())) found.add(text(name));
            }
        } catch (NamingException unreadable) {
            throw unreadable();
        }
        return found;
    }

    /// Names in unusual encodings are byte arrays.
    private static String text(Object name) {
        if (name instanceof String text) return text;
        throw unreadable();
    }

    private static Set<String> alternatives(X509Certificate certificate, int type) {
        Set<String> found = new LinkedHashSet<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all == null) return found;
            for (List<?> each : all) if (each.getFirst().equals(type)) found.add(text(each.get(1)));
        } catch (CertificateParsingException unreadable) {
            throw unreadable();
        }
        return found;
    }

    private static InvalidTokenException unreadable() {
        return new InvalidTokenException("The names in the client certificate can't be read.");
    }
}
