package vinspect;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.MVStore;

/**
 * The library's store in one file, with indexes that also serve queries which ask for more than their key, and with
 * writes that are in the file before they are answered.
 */
final class IndexedBackend extends H2Backend {
	/** Commands that change nothing, by the name that stands first in them; any other waits for its commit. */
	private static final Set<String> READING = Set.of(
			"aggregate", "buildinfo", "collstats", "count", "dbstats", "distinct", "endsessions", "find", "getcmdlineopts",
			"getlasterror", "getmore", "getparameter", "hello", "hostinfo", "ismaster", "killcursors", "listcollections",
			"listdatabases", "listindexes", "ping", "serverstatus", "whatsmyuri");

	private final WholeWrites writes;

	IndexedBackend(MVStore file) {
		super(file);
		writes = new WholeWrites(file);
	}

	@Override
	public Document handleMessage(MongoMessage message) {
		String command = message.getDocument().keySet().iterator().next().toLowerCase();
		if (READING.contains(command)) return super.handleMessage(message);
		return writes.write(() -> super.handleMessage(message));
	}

	@Override
	protected MongoDatabase openOrCreateDatabase(String name) {
		return new IndexedDatabase(name, getMvStore(), getCursorRegistry());
	}

	private static final class IndexedDatabase extends H2Database {
		IndexedDatabase(String name, MVStore file, CursorRegistry cursors) {
			super(name, file, cursors);
		}

		@Override
		protected Index<Object> openOrCreateUniqueIndex(
				String collection, String name, List<IndexKey> keys, boolean sparse) {
			return new NarrowingIndex(super.openOrCreateUniqueIndex(collection, name, keys, sparse), name, keys, sparse);
		}
	}
}
