package vinspect;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;

/**
 * A unique index that narrows a query down by the conditions on its key, whatever else the query asks for. The
 * library's own index serves a query only where it asks for nothing but the key, so that an update guarded by a
 * version would read the whole collection. Whoever reads the positions checks each document against the whole query.
 */
final class NarrowingIndex extends Index<Object> {
	private final Index<Object> index;

	NarrowingIndex(Index<Object> index, String name, List<IndexKey> keys, boolean sparse) {
		super(name, keys, sparse);
		this.index = index;
	}

	/** The part of a query that is about this index's key. */
	private Document ownPart(Document query) {
		Document own = new Document();
		for (String key : keySet()) {
			if (query.containsKey(key)) own.put(key, query.get(key));
		}
		return own;
	}

	@Override
	public boolean canHandle(Document query) {
		return index.canHandle(ownPart(query));
	}

	@Override
	public Iterable<Object> getPositions(Document query) {
		return index.getPositions(ownPart(query));
	}

	@Override
	public Object getPosition(Document document) {
		return index.getPosition(document);
	}

	@Override
	public void checkAdd(Document document, MongoCollection<Object> collection) {
		index.checkAdd(document, collection);
	}

	@Override
	public void add(Document document, Object position, MongoCollection<Object> collection) {
		index.add(document, position, collection);
	}

	@Override
	public Object remove(Document document) {
		return index.remove(document);
	}

	@Override
	public void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {
		index.checkUpdate(before, after, collection);
	}

	@Override
	public void updateInPlace(Document before, Document after, Object position, MongoCollection<Object> collection)
			throws de.bwaldvogel.mongo.exception.KeyConstraintError {
		index.updateInPlace(before, after, position, collection);
	}

	@Override
	public boolean isUnique() {
		return true;
	}

	@Override
	public long getCount() {
		return index.getCount();
	}

	@Override
	public long getDataSize() {
		return index.getDataSize();
	}

	@Override
	public void drop() {
		index.drop();
	}
}
