package vinspect;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import java.util.List;
import org.h2.mvstore.MVStore;

/** The library's store in one file, with indexes that also serve queries which ask for more than their key. */
final class IndexedBackend extends H2Backend {
	IndexedBackend(MVStore file) {
		super(file);
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
