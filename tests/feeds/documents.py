"""Small feed documents that the tests serve."""

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
 <title>Harbour Post</title><link>https://harbour.example/</link><language>en-GB</language><ttl>30</ttl>
 <skipHours><hour>2</hour><hour>3</hour></skipHours>
 <item>
  <title>Council agrees on &lt;b&gt;pilot&lt;/b&gt; fees</title>
  <link>/news/1?utm_source=rss</link>
  <guid isPermaLink="false">post-1</guid>
  <description>Short &amp;amp; plain.</description>
  <content:encoded><![CDATA[<p>First paragraph.</p><script>bad()</script><p>Second.</p>]]></content:encoded>
  <dc:creator>Ada Quay</dc:creator>
  <category>Ports</category><category>Fees</category>
  <source url="https://agency.example/rss">Agency Nine</source>
  <pubDate>Thu, 09 Feb 2023 12:30:00 +0330</pubDate>
 </item>
 <item><title>Second</title><guid>https://harbour.example/news/2</guid></item>
</channel></rss>
"""

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fa" xml:base="https://atom.example/base/">
 <title>Atom</title>
 <entry xml:lang="ar">
  <id>tag:atom.example,2023:1</id><title type="text">a &lt;b&gt; c</title>
  <link rel="alternate" href="story/1"/><updated>2023-02-09T12:00:00Z</updated>
  <published>2023-02-09T10:00:00+02:00</published>
  <summary type="html">&lt;p&gt;one&lt;/p&gt;</summary>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>whole <i>text</i></p></div></content>
  <author><name>Sam</name></author><author><name>Kim</name></author><category term="x" label="Label"/>
 </entry>
</feed>
"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
 <channel rdf:about="https://rdf.example/"><title>Rdf</title><link>https://rdf.example/</link></channel>
 <item rdf:about="https://rdf.example/1"><title>One</title><link>https://rdf.example/1</link>
  <dc:date>2023-02-09T12:00+03:00</dc:date></item>
</rdf:RDF>
"""

JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "fr",
 "items": [{"id": 7, "url": "/7", "title": "Sept", "content_html": "<p>Un</p><p>deux</p>", "tags": ["a", 3],
  "authors": [{"name": "Zoe"}], "date_published": "2023-02-09T12:00:00+01:00"}, "nonsense"]}
"""
