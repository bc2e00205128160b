package dev.fathom.testing;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A member of a classic group of any protocol type, as Kafka Connect's workers ({@code connect}) and the Schema Registry
 * ({@code sr}) are: joined and assigned by the bare requests, on a cluster of one node. It sends no heartbeats; its session
 * is longer than a test.
 */
public final class BareMember implements AutoCloseable {

    /** The brokers' longest is 30 minutes. */
    private static final int SESSION_MILLIS = 20 * 60_000;

    private static final short FIND_COORDINATOR = 10;
    private static final short JOIN_GROUP = 11;
    private static final short LEAVE_GROUP = 13;
    private static final short SYNC_GROUP = 14;
    private static final short MEMBER_ID_REQUIRED = 79;

    private final Socket socket;
    private final String group;
    private String memberId = "";

    /** What goes into a request, or comes out of an answer. */
    private interface Body<S> {
        void of(S stream) throws IOException;
    }

    private record Joined(short error, int generation, String memberId) {}

    /**
     * Joins, alone, and takes what it says it is assigned; returns once the group is stable.
     *
     * @param bootstrapServers of the one node
     * @param instanceId of a static member
     */
    public BareMember(
            String bootstrapServers,
            String group,
            String protocolType,
            Optional<String> instanceId,
            byte[] assignment) {
        this.group = group;
        String[] hostAndPort = bootstrapServers.split(":");
        try {
            socket = new Socket(hostAndPort[0], Integer.parseInt(hostAndPort[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // The coordinator of a new cluster comes to be when asked for.
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            findCoordinator();
            Joined joined = join(protocolType, instanceId);
            memberId = joined.memberId();
            return joined.error() == 0 && sync(joined.generation(), instanceId, assignment) == 0;
        });
    }

    private void findCoordinator() throws IOException {
        ask(FIND_COORDINATOR, 1, request -> {
            text(request, group);
            request.writeByte(0);
        });
    }

    private Joined join(String protocolType, Optional<String> instanceId) throws IOException {
        Joined joined = joinOnce(protocolType, instanceId);
        if (joined.error() == MEMBER_ID_REQUIRED) {
            memberId = joined.memberId();
            return joinOnce(protocolType, instanceId);
        }
        return joined;
    }

    private Joined joinOnce(String protocolType, Optional<String> instanceId) throws IOException {
        DataInputStream answer = ask(JOIN_GROUP, 5, request -> {
            text(request, group);
            request.writeInt(SESSION_MILLIS);
            request.writeInt(SESSION_MILLIS);
            text(request, memberId);
            text(request, instanceId.orElse(null));
            text(request, protocolType);
            request.writeInt(1);
            text(request, "any");
            bytes(request, new byte[0]);
        });
        answer.readInt();
        short error = answer.readShort();
        int generation = answer.readInt();
        text(answer);
        text(answer);
        return new Joined(error, generation, text(answer));
    }

    private short sync(int generation, Optional<String> instanceId, byte[] assignment) throws IOException {
        DataInputStream answer = ask(SYNC_GROUP, 3, request -> {
            text(request, group);
            request.writeInt(generation);
            text(request, memberId);
            text(request, instanceId.orElse(null));
            request.writeInt(1);
            text(request, memberId);
            bytes(request, assignment);
        });
        answer.readInt();
        return answer.readShort();
    }

    /** Sends a request with a header of version 1; the answer after its correlation id. */
    private DataInputStream ask(short api, int version, Body<DataOutputStream> body) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(request);
        out.writeShort(api);
        out.writeShort(version);
        out.writeInt(1);
        text(out, "bare");
        body.of(out);
        DataOutputStream sent = new DataOutputStream(socket.getOutputStream());
        sent.writeInt(request.size());
        request.writeTo(sent);
        sent.flush();
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataInputStream answer = new DataInputStream(new ByteArrayInputStream(in.readNBytes(in.readInt())));
        answer.readInt();
        return answer;
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        if (text == null) {
            out.writeShort(-1);
        } else {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.writeShort(utf8.length);
            out.write(utf8);
        }
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readShort();
        return length < 0 ? "" : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    /** Leaves the group. */
    @Override
    public void close() {
        try (socket) {
            ask(LEAVE_GROUP, 1, request -> {
                text(request, group);
                text(request, memberId);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
