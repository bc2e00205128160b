package dev.fathom.pool.sink;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;

/**
 * Applies rules of HTTP for answers that the client behind it does not.
 *
 * <p>Interim answers (1xx) come before the one that counts, in any number, and those that are not known are to be ignored: the
 * client takes 102 for the answer, and the answer for that to its next request. Of headers beyond all bounds nothing is needed
 * but the status before them. A connection on which an answer came while the request was still being sent has no known end of
 * that request, and is not used again.
 */
final class AnswerFilter extends ChannelInboundHandlerAdapter {

    private static final int FIRST_FINAL = 200;
    private static final int LAST = 599;

    /** Whether what comes belongs to an interim answer. */
    private boolean interim;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpResponse answer) {
            begin(context, answer);
        } else if (interim && message instanceof HttpContent) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    private void begin(ChannelHandlerContext context, HttpResponse answer) {
        int status = answer.status().code();
        if (answer.decoderResult().isFailure()) {
            interim = false;
            boolean statusStands = answer.decoderResult().cause() instanceof TooLongHttpHeaderException
                    && status >= FIRST_FINAL
                    && status <= LAST;
            if (!statusStands) {
                context.fireChannelRead(answer);
                return;
            }
            HttpResponse cut = new DefaultHttpResponse(HttpVersion.HTTP_1_1, answer.status());
            String asked = answer.headers().get(HttpHeaderNames.RETRY_AFTER);
            if (asked != null) {
                cut.headers().set(HttpHeaderNames.RETRY_AFTER, asked);
            }
            cut.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            ReferenceCountUtil.release(answer);
            context.fireChannelRead(cut);
            context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        interim = status < FIRST_FINAL && status != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
        if (interim) {
            ReferenceCountUtil.release(answer);
            return;
        }
        if (isStillBeingSent(context.channel())) {
            answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        context.fireChannelRead(answer);
    }

    private static boolean isStillBeingSent(Channel channel) {
        // Gone: the other end does not take it.
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        return unsent == null || unsent.totalPendingWriteBytes() > 0;
    }
}
