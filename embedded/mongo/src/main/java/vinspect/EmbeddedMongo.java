package vinspect;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import java.util.List;
import org.h2.mvstore.MVStore;

/**
 * A document store in one file that speaks MongoDB's protocol on 127.0.0.1, for one machine and for tests:
 * {@code EmbeddedMongo PORT FILE}, port 0 for any free one. Prints {@code listening on HOST:PORT} when ready and
 * stops, with everything written, on SIGTERM or when its standard input ends, so it never outlives its parent.
 */
public final class EmbeddedMongo {
	/** The oldest server the current drivers talk to; they refuse what the library reports by itself. */
	private static final MongoVersion REPORTED = new MongoVersion() {
		@Override
		public List<Integer> getVersionArray() {
			return List.of(7, 0, 0);
		}

		@Override
		public int getWireVersion() {
			return 21;
		}
	};

	/** Exit code where the file can't be written any more. */
	static final int FILE_FAILED = 3;

	/** Lists read whole collections of short documents: those of tens of thousands of inspections stay in memory. */
	private static final int CACHE_MEGABYTES = 64;

	public static void main(String[] arguments) throws Exception {
		if (arguments.length != 2) {
			System.err.println("usage: EmbeddedMongo PORT FILE");
			System.exit(2);
		}
		MVStore file = new MVStore.Builder()
				.fileName(arguments[1])
				.cacheSize(CACHE_MEGABYTES)
				// The backend commits by itself, between commands and never in the middle of one.
				.autoCommitDisabled()
				.autoCommitBufferSize(0)
				.open();
		// No oplog: it slows every write, and nothing here reads it.
		MongoServer server = new MongoServer(new IndexedBackend(file).version(REPORTED));
		server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
		Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
		System.out.println("listening on 127.0.0.1:" + server.getLocalAddress().getPort());
		while (System.in.read() >= 0) {
			// Only the end of the stream matters.
		}
		System.exit(0);
	}
}
