"""First names, by which a person's name is known from that of a place or a firm. Written by hand."""

from __future__ import annotations

_WRITTEN = """
aaron abbas abdel abdul abdulla abdullah abraham adam adel adrian ahmad ahmed aidan akbar al alan alastair
albert alberto alejandro aleksandr aleksei alex alexander alexandra alexandre alexei alfred alfredo ali alice
alicia alison alistair allan allen amanda amber amir amy ana anatoly andre andrea andreas andrei andres andrew
andrey andy angel angela angelina angelo ann anna anne annie anthony antonio antony anwar april ariel arnold
arthur ashley ashton asif asma audrey austin ayman barack barbara barry bashar bashir beatrice ben benjamin
benny bernard bernie beth betty bill billy blake bob bobby boris brad bradley brandon brenda brent brett brian
britney bruce bruno bryan caitlyn calvin cameron camille carl carla carlo carlos carmen carol caroline carolyn
casey catherine cathy cecilia chad charles charlie charlotte chelsea cheryl chloe chris christian christina
christine christoph christophe christopher chuck cindy claire clara clark claude claudia clint colin connor
corey craig cristian cristiano cristina crystal curtis cynthia daisy dale damian dan dana daniel daniela
danielle danny darren dave david dean deborah debra declan denis denise dennis derek diana diane diego dieter
dilma dmitri dmitry dominic dominique don donald donna doris dorothy doug douglas duncan dustin dwight dylan
ed eddie edgar eduardo edward edwin ehud eileen elaine elena eli elias elisabeth elizabeth ella ellen ellie
elliot elton emily emma emmanuel enrique eric erica erik erin ernest ernesto esther ethan eugene eva evan
evelyn evgeny evo farid fatima felipe felix ferdinand fernando fidel fiona florence frances francesco francis
francisco francois frank frankie franz fred freddie frederic frederick friedrich gabriel gareth gary gavin
gemma gene geoff geoffrey george georges gerald gerard gerhard gilbert giorgio giovanni giuseppe glen glenn
gloria gordon grace graham grant greg gregory guillermo gustavo guy hadi hamid hamza hannah hans harold
harriet harry hasan hashim hasim hassan heather hector heidi heinz helen helena henri henry herbert herman
hillary holly hosni howard hu hugh hugo hussain hussein ian ibrahim igor ilham imran ingrid irene irina isaac
isabel isabella islam ismail ivan jack jackie jackson jacob jacques jade jaime jake jamal james jamie jan jane
janet janice jared jason javier jay jean jeff jeffrey jennifer jenny jens jeremy jerome jerry jesse jessica
jesus jim jimmy joan joanna joaquin joe joel johan johannes john johnny jon jonas jonathan jordan jorge jose
josef joseph josh joshua joyce juan juanita judith judy julia julian julie julius jun justin kamal karen karim
karl kate katherine kathleen kathryn kathy katie keith kelly ken kenneth kerry kevin khaled khalid kim
kimberly kirsten kristen kristin kurt kyle lance larry laura lauren laurent lawrence lea leah lee leila leo
leon leonardo leonid leslie lewis liam lina linda lindsay lindsey lisa liz logan lois lorenzo lori louis
louise luc luca lucas lucia lucy luigi luis luke lydia lynn maciej madeleine mahmoud malcolm malik mandy
manmohan manuel marc marcel marco marcos marcus margaret maria marian marie mario mark marko markus marlon
marsha martha martin martina marvin mary mason massimo mateo matt matteo matthew matthias maurice max maxim
maya megan mehdi mehmet melanie melissa mia michael michel michele michelle miguel mikael mike mikhail milan
miles milos miranda miriam mitchell mitt mo mohamed mohammad mohammed mohsen molly mona monica morgan mostafa
muammar muhammad mustafa nadia nancy naomi narendra natalia natalie natasha nathan nathaniel neil nelson
nicholas nick nicola nicolas nicole nigel nikita nikki nikolai nina noah noel nora norman nouri nuri olaf oleg
olga oliver olivia olivier omar osama oscar otto owen pablo pamela paolo park pascal patricia patrick patrik
paul paula pauline pavel pedro penny perry pervez pete peter petr phil philip philippe phillip pierre piotr
rachel rafael rahul rajiv ralph ramon ramzan randy raul ray raymond rebecca recep reggie regina reginald renee
reza ricardo riccardo richard rick ricky rita rob robbie robert roberta roberto robin rod rodney rodrigo roger
roland rolf roman ron ronald ronnie rosa rose ross roy ruben rudolf rudy rupert russell ruth ryan sabrina
saddam saeb saeed sally salman sam samantha samir samuel sandra sandy sanjay sara sarah saul scott sean
sebastian serena serge sergei sergey sergio seth shane shannon sharon shaun shawn sheila shimon shinzo shirley
sidney silvio simon simone slobodan sofia sonia sophia sophie stacy stanley stefan stefano stella stephane
stephanie stephen steve steven stuart sue susan suzanne sven syed sylvia taha tamara tara tariq tatiana taylor
ted teresa terrence terry theodore theresa thierry thomas tim timothy tina toby todd tom tomas tommy tony
tracy travis trevor tyler tyson umar ursula usain valentin valentina valerie vanessa vera vernon veronica
victor victoria vijay viktor vince vincent viola virginia vitali vitaly vladimir vojislav volodymyr walter
warren wayne wen wendy werner wesley will william willie wilson winston wladimir wolfgang xavier xi yasir
yasser yitzhak yoko yulia yuri yves yvonne zachary zainab zoe zoran
"""
FIRST_NAMES = frozenset(_WRITTEN.split())
