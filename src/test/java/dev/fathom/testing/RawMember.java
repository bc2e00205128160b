package dev.fathom.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.JoinGroupResponse;
import org.apache.kafka.common.requests.LeaveGroupRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.SyncGroupRequest;
import org.apache.kafka.common.requests.SyncGroupResponse;
import org.awaitility.Awaitility;

/** The one member of a classic group, which assigns itself any bytes at all. Stays without a heartbeat until it is closed. */
public final class RawMember implements AutoCloseable {

    /** Brokers from 4.0 on know it, and it takes a member without an id. */
    private static final short JOIN_VERSION = 3;

    private static final short SYNC_VERSION = 2;
    private static final short LEAVE_VERSION = 2;
    private static final int SESSION_MILLIS = 60_000;

    private final Socket socket;
    private final String group;
    private final String memberId;
    private int correlation;

    /** @param bootstrapServer of a cluster of one node */
    public RawMember(String bootstrapServer, String group, byte[] assignment) {
        this.group = group;
        try {
            String[] address = bootstrapServer.split(":");
            this.socket = new Socket(address[0], Integer.parseInt(address[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // The first group of a broker makes the topic that groups are kept in.
        JoinGroupResponse joined = Awaitility.await()
                .until(() -> (JoinGroupResponse) ask(join()), response -> response.error() == Errors.NONE);
        this.memberId = joined.data().memberId();
        SyncGroupResponse synced = (SyncGroupResponse) ask(new SyncGroupRequest.Builder(new SyncGroupRequestData()
                        .setGroupId(group)
                        .setGenerationId(joined.data().generationId())
                        .setMemberId(memberId)
                        .setAssignments(List.of(new SyncGroupRequestAssignment()
                                .setMemberId(memberId)
                                .setAssignment(assignment))))
                .build(SYNC_VERSION));
        if (synced.error() != Errors.NONE) {
            throw synced.error().exception();
        }
    }

    private AbstractRequest join() {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("any").setMetadata(new byte[0]));
        return new JoinGroupRequest.Builder(new JoinGroupRequestData()
                        .setGroupId(group)
                        .setSessionTimeoutMs(SESSION_MILLIS)
                        .setRebalanceTimeoutMs(SESSION_MILLIS)
                        .setMemberId("")
                        .setProtocolType("consumer")
                        .setProtocols(protocols))
                .build(JOIN_VERSION);
    }

    public String memberId() {
        return memberId;
    }

    private AbstractResponse ask(AbstractRequest request) {
        RequestHeader header = new RequestHeader(request.apiKey(), request.version(), "raw-member", correlation++);
        ByteBuffer bytes = request.serializeWithHeader(header);
        try {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(bytes.remaining());
            out.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
            out.flush();
            DataInputStream in = new DataInputStream(socket.getInputStream());
            return AbstractResponse.parseResponse(ByteBuffer.wrap(in.readNBytes(in.readInt())), header);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try (socket) {
            ask(new LeaveGroupRequest.Builder(group, List.of(new MemberIdentity().setMemberId(memberId)))
                    .build(LEAVE_VERSION));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
