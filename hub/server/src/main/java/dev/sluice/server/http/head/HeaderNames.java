package dev.sluice.server.http.head;

import io.netty.handler.codec.http.HttpHeaderNames;

/// The names of the headers that the server reads and writes (RFC 9110, RFC 6455 §11.3, Fetch §3.3). They are Netty's
/// constants, whose hash codes and bytes are computed once, in lower case as HTTP/2 has them.
public final class HeaderNames {
    public static final CharSequence ACCEPT = HttpHeaderNames.ACCEPT;
    public static final CharSequence ACCEPT_ENCODING = HttpHeaderNames.ACCEPT_ENCODING;
    public static final CharSequence ACCEPT_LANGUAGE = HttpHeaderNames.ACCEPT_LANGUAGE;
    public static final CharSequence ACCESS_CONTROL_ALLOW_CREDENTIALS =
            HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS;
    public static final CharSequence ACCESS_CONTROL_ALLOW_HEADERS = HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS;
    public static final CharSequence ACCESS_CONTROL_ALLOW_METHODS = HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS;
    public static final CharSequence ACCESS_CONTROL_ALLOW_ORIGIN = HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN;
    public static final CharSequence ACCESS_CONTROL_EXPOSE_HEADERS = HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS;
    public static final CharSequence ACCESS_CONTROL_MAX_AGE = HttpHeaderNames.ACCESS_CONTROL_MAX_AGE;
    public static final CharSequence ACCESS_CONTROL_REQUEST_HEADERS = HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS;
    public static final CharSequence ACCESS_CONTROL_REQUEST_METHOD = HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD;
    public static final CharSequence ALLOW = HttpHeaderNames.ALLOW;
    public static final CharSequence AUTHORIZATION = HttpHeaderNames.AUTHORIZATION;
    public static final CharSequence CACHE_CONTROL = HttpHeaderNames.CACHE_CONTROL;
    public static final CharSequence CONNECTION = HttpHeaderNames.CONNECTION;
    public static final CharSequence CONTENT_ENCODING = HttpHeaderNames.CONTENT_ENCODING;
    public static final CharSequence CONTENT_LENGTH = HttpHeaderNames.CONTENT_LENGTH;
    public static final CharSequence CONTENT_LOCATION = HttpHeaderNames.CONTENT_LOCATION;
    public static final CharSequence CONTENT_RANGE = HttpHeaderNames.CONTENT_RANGE;
    public static final CharSequence CONTENT_SECURITY_POLICY = HttpHeaderNames.CONTENT_SECURITY_POLICY;
    public static final CharSequence CONTENT_TYPE = HttpHeaderNames.CONTENT_TYPE;
    public static final CharSequence COOKIE = HttpHeaderNames.COOKIE;
    public static final CharSequence DATE = HttpHeaderNames.DATE;
    public static final CharSequence ETAG = HttpHeaderNames.ETAG;
    public static final CharSequence EXPECT = HttpHeaderNames.EXPECT;
    public static final CharSequence HOST = HttpHeaderNames.HOST;
    public static final CharSequence IF_MATCH = HttpHeaderNames.IF_MATCH;
    public static final CharSequence IF_NONE_MATCH = HttpHeaderNames.IF_NONE_MATCH;
    public static final CharSequence LOCATION = HttpHeaderNames.LOCATION;
    public static final CharSequence ORIGIN = HttpHeaderNames.ORIGIN;
    public static final CharSequence SEC_WEBSOCKET_ACCEPT = HttpHeaderNames.SEC_WEBSOCKET_ACCEPT;
    public static final CharSequence SEC_WEBSOCKET_EXTENSIONS = HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS;
    public static final CharSequence SEC_WEBSOCKET_KEY = HttpHeaderNames.SEC_WEBSOCKET_KEY;
    public static final CharSequence SEC_WEBSOCKET_PROTOCOL = HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL;
    public static final CharSequence SEC_WEBSOCKET_VERSION = HttpHeaderNames.SEC_WEBSOCKET_VERSION;
    public static final CharSequence TRANSFER_ENCODING = HttpHeaderNames.TRANSFER_ENCODING;
    public static final CharSequence UPGRADE = HttpHeaderNames.UPGRADE;
    public static final CharSequence VARY = HttpHeaderNames.VARY;

    private HeaderNames() {}
}
