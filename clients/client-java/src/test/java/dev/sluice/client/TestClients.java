package dev.sluice.client;

import java.util.Random;

/** Clients for tests, with a fake clock and reproducible randomness. */
final class TestClients {
    private TestClients() {}

    static ClientBuilder builder(ScriptedHub hub, FakeTime time) {
        return SluiceClient.builder(hub.uri()).time(time, new Random(7));
    }

    static SluiceClient client(ScriptedHub hub, FakeTime time) {
        return builder(hub, time).build();
    }

    static String envelope(String id, String data) {
        return "{\"id\":\"" + id
                + "\",\"channel\":\"a\",\"type\":\"message\",\"time\":\"2026-11-20T08:15:30.123Z\",\"data\":" + data
                + "}";
    }

    static String sseEvent(String id, String data) {
        return "id: " + id + "\ndata: " + envelope(id, data) + "\n\n";
    }

    static String sseWord(String name, String id, String data) {
        return "event: sluice." + name + "\nid: " + id + "\ndata: " + data + "\n\n";
    }

    static String problem(int status, String detail) {
        return "{\"type\":\"/problems/x\",\"title\":\"No\",\"status\":" + status + ",\"detail\":\"" + detail + "\"}";
    }
}
