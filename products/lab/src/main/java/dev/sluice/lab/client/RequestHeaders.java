package dev.sluice.lab.client;

import java.util.LinkedHashMap;
import java.util.Map;

/// Request headers in addition to those that a transport needs. They are most of the bytes that polling
/// costs.
public enum RequestHeaders {
    /// The headers that Chromium sends from a page of the same origin. The lab does not offer compressed
    /// WebSocket messages, because its clients cannot read them.
    BROWSER,
    /// No additional headers.
    BARE;

    private static final String AGENT =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
    private static final String BRANDS = "\"Chromium\";v=\"142\", \"Not_A Brand\";v=\"99\"";

    /// Returns the headers of a request by `fetch` or EventSource.
    ///
    /// @param origin the origin of the page
    Map<String, String> ofRequest(String origin, String accept) {
        Map<String, String> all = new LinkedHashMap<>();
        if (this == BROWSER) {
            all.put("sec-ch-ua-platform", "\"Linux\"");
            all.put("User-Agent", AGENT);
            all.put("sec-ch-ua", BRANDS);
            all.put("sec-ch-ua-mobile", "?0");
            all.put("Sec-Fetch-Site", "same-origin");
            all.put("Sec-Fetch-Mode", "cors");
            all.put("Sec-Fetch-Dest", "empty");
            all.put("Referer", origin + "/lab/");
            all.put("Accept-Encoding", "gzip, deflate, br, zstd");
            all.put("Accept-Language", "en-US,en;q=0.9");
        }
        all.put("Accept", accept);
        return all;
    }

    /// Returns the headers of a WebSocket handshake.
    Map<String, String> ofHandshake(String origin) {
        Map<String, String> all = new LinkedHashMap<>();
        if (this == BROWSER) {
            all.put("Pragma", "no-cache");
            all.put("Cache-Control", "no-cache");
            all.put("User-Agent", AGENT);
            all.put("Origin", origin);
            all.put("Accept-Encoding", "gzip, deflate, br, zstd");
            all.put("Accept-Language", "en-US,en;q=0.9");
        }
        return all;
    }
}
