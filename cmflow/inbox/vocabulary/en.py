"""What people write in English."""

from cmflow.inbox.vocabulary.record import Vocabulary
from cmflow.model import Label

english = Vocabulary(
    "English",
    {
        Label.COMPLAINT: {
            3: """
                unplayable, uninstalled, uninstalling, care to explain, explain yourselves, thanks a bunch, thanks
                a lot for nothing, thanks for ruining, haven't been emptied, hasn't been fixed, haven't been
                fixed, still not fixed, still hasn't been, you call this, call that, how is that possible, how is
                this possible, what am i paying for, want to speak to a manager, speak to the manager, taken our
                money, taken my money, took my money, kept my money, keep my money, lost my luggage, lost my
                parcel, lost my order, nobody seems to care, no one seems to care, nobody cares, no one cares,
                doesn't care, don't care about, couldn't care less, keeps asking, keeps disconnecting, keeps
                freezing, keeps stopping, keeps cutting, keeps happening, keeps telling me, won't load, doesn't
                load, not loading, won't open, won't start, won't connect, won't turn on, doesn't turn on, won't
                charge, doesn't charge, doesn't open, doesn't fit, didn't fit, doesn't even, didn't even, don't
                even, won't even, isn't even, couldn't even, wasn't even, hasn't moved, hasn't changed, hasn't
                been, haven't heard, haven't received, have not received, has not been, never received, never got,
                never showed up, never answered, never replied, didn't show up, no show, gone downhill, going
                downhill, used to be good, used to be great, used to be better, used to love, too loud, too long,
                so expensive, so bad, really bad, very bad, really poor, very poor, very disappointing, so
                disappointing, quite disappointed, very unhappy, not happy, not satisfied, not acceptable, not
                okay, not ok, not fair, unfair, not true, not worth, isn't worth, wasn't worth, not what i
                ordered, not what i paid, not what was, is not what, no refund, refused to, told me to, hours for,
                minutes late, an hour late, weeks now, days now, months now, still nothing, still nobody, still
                stuck, still closed, still missing, you promised, was promised, were promised, promised to,
                promised me, lost all, lost my, lost everything, deleted all, deleted my, wiped all, wiped my,
                ruined my, ruined our, ruined the, spoiled, wasted, without any warning, without telling, without
                notice, without permission, no warning, no explanation, no apology, no sign of, not a single, no
                heating, no wifi, no hot water, no toilet paper, no seats, no space, full price, hidden fees,
                hidden costs, hidden charges, extra charge, charged for, charging me, charged me, being charged,
                double the price, price increase, price hike, raised the price, raise the price, raise your
                prices, third time, fourth time, fifth time, second time this, every single time, every time i,
                yet again, once again, as usual, on day one, after one day, after one week, after a week, after
                two days, first wear, first wash, first use, within a week, in the bin, in the trash, out of
                order, out of service, out of sync, out of date, no longer works, can't even, cant even, code
                never, has been off, price by, gets smaller, got smaller, smaller portions, we left after, left
                early, why am i being, why am i still, why was i, why have i been, why is my, why are my, why do
                you keep, i cancelled, expected more, expected better, second time i, third time i, for the second
                time, for the third time, emailed * times, emailed you * times, called * times, called you *
                times, written * times, wrote * times, asked * times, automatic reply, automated reply, how hard
                can, how hard is it, never had a worse, put the phone down, don't bother, do not bother, avoid
                this place, gave our, never comes, never came, never turned up, found a piece of, stop sending,
                stop emailing, stop spamming, smells like, smelled like, ate my card, swallowed my card, my own
                fault, came off, not impressed, was cold, were cold, stone cold, ice cold, logs me out, signed
                out, logged out, times already, paid for next, paid extra for, keeps logging, dies after, died
                after, want a refund, want my money back, get my money back, give me my money back, demand a
                refund, waste of money, waste of time, rip off, ripped off, ripoff, complaint*, unacceptable,
                outrageous, worst, never again, never buying, not buying, won't buy, won't be back, lost a
                customer, doesn't work, does not work, don't work, didn't work, did not work, not working, isn't
                working, stopped working, stops working, won't work, wont work, doesnt work, never works, never
                worked, still waiting, still not, still hasn't, still haven't, still no, still broken, never
                arrived, hasn't arrived, has not arrived, not arrived, didn't arrive, hasn't come, not been
                delivered, no one answers, nobody answers, no one replies, nobody replies, no reply, no response,
                no answer yet, ignored, ignoring me, ignores, hung up on, overcharged, charged twice, charged me
                twice, double charged, arrived broken, arrived damaged, broke after, fell apart, falls apart,
                falling apart, mouldy, moldy, food poisoning, misleading, false advertising, lied to, lying to,
                disgusting, disgusted, disgrace*, appalling, appalled, shame on you, fed up, sick of, furious,
                fuming, cancel my subscription, cancelling my subscription, legal action, my lawyer, trading
                standards, consumer protection, can't log in, cannot log in, can't login, unable to log in, locked
                out, keeps crashing, keeps failing, crashes every, crashes on, crashes when, do better, poor
                service, bad service, terrible service, rude staff, was rude, were rude, so rude, not good enough,
                not as described, nothing like the, wrong size, wrong item, wrong order, wrong colour, wrong
                color, let down, do something about""",
            2: """
                for {number} weeks, for {number} months, for {number} hours, for {number} years, took {number}
                weeks, took {number} months, took {number} days, took {number} hours, waited {number} hours,
                waited an hour, waited for an hour, since the update, since the last update, since your update,
                since the patch, since the latest, since you changed, since they changed, since the new, supposed
                to, threw it, threw it out, threw it away, i reported, we reported, reported this, reported it,
                lead nowhere, leads nowhere, weren't informed, wasn't informed, not informed, weren't told, wasn't
                told, never told, can barely, could barely, still seeing, still getting, still showing, internet
                down, down since, is down again, rats, creepy, went black, broke down, isn't the same, not the
                same, tastes of nothing, no taste, snapped, leaked, leaks, leaking, leaky, ripped, torn, tore,
                cracked, crack, peeling, peeled, shrank, faded, scratched, scratches, rotten, expired, smelly,
                stinks, stank, stink, dirty, filthy, mould, mold, cockroach*, bedbug*, hair in, undercooked,
                overcooked, raw, soggy, bland, tasteless, greasy, stolen, vandalised, blocked, jammed,
                overcrowded, packed, freezing, boiling, unsafe, dangerous, careless, lazy, liars, lies, lying,
                thieves, crooks, greedy, greed, shame, shameful, shambles, mess, messy, nightmare, disaster,
                chaos, chaotic, nonsense, stupid, idiotic, insulting, insulted, ashamed, embarrass*, upset,
                worried, gutted, tired of, enough of, had enough, give up, gave up, given up, impossible to,
                unable to, wrong address, wrong price, wrong name, wrong date, wrong door, wrong information,
                misled, mislead, deceptive, dishonest, neglected, abandoned, discontinued, downgrade*, regression,
                laggy, lag, lags, laggs, hangs, 404, 500 error, timed out, times out, time out, broken link, dead
                link, downtime, is down, site is down, website is down, app is down, server down, servers down,
                freezes, freeze, frozen screen, returned it, sent it back, i returned, stale, drains, dead after,
                automatic replies, unsubscribed, all week and, burnt, burned, closed again, plastic in, broken,
                terrible, horrible, awful, dreadful, useless, rubbish, garbage, pathetic, ridiculous, joke of a, a
                joke, crap, shit, sucks, disappoint*, frustrat*, annoy*, angry, unhappy, dissatisfied, unreliable,
                unusable, unprofessional, incompetent, overpriced, defective, faulty, damaged, rude, buggy,
                crash*, bug, bugs, error, errors, fails, failed, failing, outage, missing, scammed, cheated,
                regret, too expensive, too slow, so slow, very slow, delay*, late again, days late, weeks late,
                hours late, hours waiting, waiting for hours, waiting for weeks, waiting since, stuck, glitch*,
                cold food, went wrong, goes wrong, wrong with you, what is wrong, fix this, fix it, fix your,
                please fix, no explanation, without warning, without asking, can't access, cannot access, can't
                open, can't use, can't even, refuse*, wtf, wth, smh, 😡, 🤬, 😠, 😤, 👎, 🤮, 💩""",
            1: """
                still, paid, bought, closed, cancelled, canceled, refused, declined, nobody, no one, never, again,
                couldn't, wasn't, weren't, didn't, haven't, hasn't, can't, won't, barely, at all, even, {number}
                weeks, {number} months, {number} hours, {number} days, {number} years, {number} times, {number}
                phone calls, {number} calls, {number} emails, for weeks, for months, for hours, for days, for
                years, since yesterday, since last week, since monday, since last month, waited, waiting list,
                stood in, sat behind, of nothing, nowhere, supposed, charged, bill, unlike, cheap, ads, sadly,
                until now, down again, refund*, twice, hard can, problem*, issue*, bad, wrong, slow, worse, poor,
                lost, waiting, again, cancel*, broke, down, noisy, late, dirty, unfortunately, expensive, nothing,
                unclear, hate, 😞, 😒, 🙄, 😢, 😭""",
        },
        Label.DOUBT: {
            3: """
                any chance of, any chance you, is there parking, any news on, any update on, any updates on, quick
                one, stupid question, silly question, can anyone, can anybody, could anyone, could anybody, does
                anyone, does anybody, has anyone, has anybody, who painted, who wrote, who made, who sings, what
                font, what song, what camera, what brand, what size, what colour, what color, what kind, what
                sort, how big, how tall, how heavy, how old, how often, how come, in stock, still available, open
                on, opening hours, opening times, what about the, how do i, how can i, how do you, how can we, how
                does, how do we, how much is, how much are, how much does, how much do, how long does, how long
                do, how long will, how many, how late, how old, how far, how early, how big is, where can i, where
                can we, where do i, where do we, where is the, where are you, where are the, when does, when do
                you, when will, when is the, when are, what time, what are the, what is the, what's the, which
                one, which size, which version, which day, which of the, who do i, who can i, do you ship, do you
                deliver, do you have, do you offer, do you still, do you accept, do you take, do you sell, do you
                know, do i need, do we need, do i have to, do we have to, does it work, does it come, does it
                support, does it have, does it include, does this work, does this come, is it possible to, is it
                safe, is it true, is it free, can you tell me, can you explain, can someone explain, could you
                tell, could you explain, would it be possible, i was wondering, wondering if, wondering whether,
                just wondering, quick question, i have a question, have a question, one question, question about,
                don't understand, do not understand, not sure how, not sure if, not sure whether, what does, what
                do i, what happens, any idea, anyone know, does anyone know, does anybody know, someone tell me,
                please advise, should i, am i able, like to know, want to know, if this has been asked, ^is the,
                ^is this, ^is there, ^are there, ^are you, ^are the, ^can i, ^can we, ^may i, ^may we, ^could i,
                ^do i, ^do you, ^does the, ^does this, ^will the, ^will it, ^will there, ^will you, ^will this,
                ^who is, ^is it, ^when can, ^which""",
            2: """
                can you take, can i take, can i bring, ^can you, ^could you tell, ^is tonight's, ^is today's,
                ^what documents, question*, clarif*, confused, 🤔, curious, need help, help me, is there a, is
                there an, is there any, are there any, can i, can we, do we, does it, do they, ^do, ^does, ^are,
                ^will, ^where, ^where's, not sure i""",
            1: """
                ?, explain*, ^what, how, what, can, help, possible, wonder*, which, when, where, why, who, is it,
                is this, are these, are they, do you, does""",
        },
        Label.SUGGESTION: {
            3: """
                why not put, why not have, why not make, why not open, why not let, can we get, can you add, i'd
                love a, we'd love a, i'd love an, we'd love an, would love a, would love an, would be helpful to,
                would be useful to, be helpful to see, be great to have, be nice to have, be good to have, a bit
                sooner, a bit earlier, a bit later, next time maybe, maybe next time, what if the, what if there,
                could the, please publish, please put, please post, please share more, please show, please keep,
                please include, please introduce, please provide, please consider a, you should really, it might
                be worth, might be an idea, might be nice, could use a, could do with, would benefit from, need
                more, we need more, more of these, more of this please, do more, make it possible, let us, let
                people, allow us to, allow people to, allow me to, just saying, one thing that would, one thing
                i'd, would make it even, even better if, even better with, would pay for, would pay more, i'd pay,
                i'd buy, please do a, please do more, please make more, please bring, bring it back, please come
                to, come to, wish there was, wish there were, i wish, if you could, would you add, any plans to
                add, any plans for, what if you, should really put, should put, you should really, help a lot if,
                it'd help a lot, would help if, but please add, can we get this in, love to have an option, ^how
                about, ^what about, it'd help, it would help, would help a lot, would be great for, would be
                perfect for, would be great to have, should really, ^maybe next, next year start, could you do a,
                could you make a, can we get, can you make, please make it, add a way, add a button, please offer,
                please sell, please open, it would be nice, would be nice if, would be great if, would be cool if,
                would be good if, would be helpful if, would be lovely if, would be useful, would be a great
                addition, be awesome if, would love to see, i'd love to see, we'd love to see, would like to see,
                love it if, i suggest, my suggestion, a suggestion, suggestion*, one idea, an idea, here's an
                idea, idea for, feature request, please add, could you add, can you add, please consider, you
                could add, you should add, should add, have you considered, have you thought about, have you
                thought of, did you consider, why not add, why don't you, why not offer, would you consider, you
                might want to, you may want to, you should try, how about a, how about an, how about adding, what
                about a, i wish you, i wish there was, i wish there were, wish you had, wishlist, wish list, i'd
                recommend adding, it'd be nice, it'd be great, it'd be cool, could be improved, would improve,
                could improve, an option to, more options, if only there was, please bring back, bring back the,
                next time you could, maybe add, maybe you could, perhaps you could, please make a, you could
                offer, you could also, you should do, you should make, you should have, you should offer, be
                better if, would prefer if, would prefer, vote for, +1 for""",
            2: """
                would be great, would be perfect, would be nice, would be lovely, would be useful, ^maybe, could
                you do, could you make, please add, proposal for the app, consider adding, consider, idea*,
                improve*, improvement*, instead of, 💡""",
            1: "let me, needs a, sooner, earlier, could, should, maybe, perhaps, would, wish, add, option",
        },
        Label.PROPOSAL: {
            3: """
                would like to film, like to film, film in your, shoot in your, right contact, the right contact,
                supply your, supply you, would be delighted to, drop off samples, send samples, send you samples,
                group rate, looking to license, two of your photographs, your terms, content swap, newsletter
                swap, swap between, between our two, would you donate, donate a voucher, charity auction, auction
                for, tombola, raffle, a venue for, looking for a venue, our choir, a choir of, i'm a producer, i
                am a producer, producer at, editor at, i'm an editor, we're a small, we are a small, pupils in,
                our pupils, bring our, class trip, school trip, we'd like to invite, would like to invite, invite
                you to, joint giveaway, giveaway together, could work for both, both of us, open to sponsoring,
                open to a, would you be interested, would you be open, would be interested in, are you interested
                in, who should i, who do i contact, who can i contact, who would i, best person to, best email,
                right person to, point of contact, put me in touch, get in touch with your, details of your, team
                events, group booking, corporate, quote for, catalogue attached, brochure attached, deck attached,
                proposal attached, rent your, hire your, book your, use your photo, use your picture, permission
                to use, translate your, publish your, own the rights, owns the rights, reprint, license to,
                affiliate programme, affiliate program, for bloggers, we're a brand, we are a brand, we sell, we
                make, we offer, we help, we provide, we specialise, we specialize, our services, our products, our
                clients, our brand, our readers, our listeners, our magazine, our newspaper, our radio, our
                festival, our fair, our event, our conference, our school, our club, our charity, writing for, i
                write for, write for the, i work for, i represent, represent a, have you as a guest, as a guest,
                we run a, i run a, who can we write to, i make videos, looking for a speaker, looking for
                speakers, speak at, film a day, i own a, we own a, collab, collaborat*, partnership*, partner
                with, partnering, sponsor*, business opportunity, business proposal, work together, working
                together, work with you, working with you, media kit, our rates, rate card, guest post, interview
                you, an interview, invite you to speak, speak at our, speaker at, would you like to speak,
                wholesale, reseller, distributor, stockist, stock your, distribute your, press inquiry, press
                enquiry, i'm a journalist, i am a journalist, journalist at, reporter at, reporter for, writing an
                article, writing a piece, our agency, our company, our podcast, on our podcast, join us as,
                ambassador, affiliate, joint venture, cross promotion, co host, licensing, license your, feature
                you in, feature your, send you our offer, send you a quote, schedule a call, book a call, hop on a
                call, set up a call, quick call, who handles your, who is responsible for your marketing, person
                in charge of, contact for business, business enquiries, business inquiries, for your business,
                your marketing department, your marketing team, we are a startup, we're a startup, on behalf of""",
            2: """
                fee, travel covered, stand available, stands available, interested?, conference, trade, wholesale
                list, we run, we organise, we organize, i'm organising, i'm organizing, who can i write to, who
                should i contact, whom should i contact, subscribers, listeners, influencer*, brand deal*,
                proposal, proposals, joint, offer you, propose, we would like to offer, we'd like to offer, pitch,
                investor*, supplier, catering for, venue for, exhibit*, trade fair, charity event, fundraiser,
                donate, donation, school project, students""",
            1: "agency, company, business, event, deal, marketing, podcast, magazine, festival, email you, 🤝",
        },
        Label.PRAISE: {
            3: """
                goosebumps, blown away, made my week, made our week, made our day, made my month, made my year,
                exactly what i needed, just what i needed, exactly what i wanted, what i was looking for, nicest,
                kindest, friendliest, quick and painless, thanks to your, more of that, more of this, a joy, pure
                joy, so much fun, loved every, every minute of, well played, what a season, what a match, what a
                game, what a team, what a show, what a performance, what a view, what a day, have nothing to
                complain, nothing but good, nothing but praise, no contest, out of his way, out of her way, out of
                their way, couldn't have asked, couldn't ask for, could not have asked, really clever, so clever,
                well deserved, so kind, so friendly, so nice, really nice, very nice, very kind, very friendly, so
                proud, love how, finally i get it, still look new, still looks new, still like new, like new, look
                like new, lovely crowd, great band, great evening, great night, great day, great time, fab,
                fabulous, magical, magic, spot on, first class, world class, second to none, above and beyond,
                happy customer, happy to be, happy with, loving it, loving the, loving this, obsessed with, big
                fan, huge fan, fan of, what a great, what a lovely, what a beautiful, what a wonderful, makes me
                smile, made me smile, smile every, made us smile, works now, it works now, works again, quick
                reply, fast reply, quick response, thanks again, thank you again, bless you, chef's kiss, so good,
                never going back, can't wait for, going back 😍, best in town, in town, no contest, never going
                back, never looking back, proud to, proud of, so proud, cried when, day better, much better, week
                better, thank you so much, thanks so much, many thanks, thanks a lot, thanks a million, thank you
                for, thanks for, thanks to your, thanks to the team, big thanks, huge thanks, love it, love this,
                love these, love your, love the, loved it, loved this, loved the, absolutely love, i love, we
                love, we loved, i loved, amazing, awesome, brilliant, fantastic, wonderful, excellent,
                outstanding, incredible, superb, perfect, perfectly, best ever, the best, my favourite, my
                favorite, great job, good job, great work, good work, nice work, nice job, well done, keep it up,
                keep up the, congratulations, congrats, kudos, hats off, bravo, impressed, highly recommend, would
                recommend, recommend to everyone, recommend to anyone, can't recommend enough, couldn't be
                happier, could not be happier, can't wait, cannot wait, so happy with, very happy with, really
                happy, so pleased, very pleased, delighted, made my day, you rock, you guys rock, you're the best,
                so helpful, very helpful, super helpful, really helpful, life saver, lifesaver, works like a
                charm, works great, works perfectly, game changer, top notch, five stars, 5 stars, not bad, not
                bad at all, not half bad, never disappoint*, never let me down, never fails, no complaints,
                nothing to complain, can't fault, can't complain, exceeded, beautiful, gorgeous, stunning,
                delicious, so good, hit the spot, worth every penny, worth it, grateful, appreciate you, really
                appreciate, so much better, thank you all, long time fan""",
            2: """
                brilliant as, friendly staff, painless, so clean, tears of joy, smiling, warm welcome,
                heartwarming, inspiring, moving, touching, proud, wow, ^best, thank you, kind, kindest, thanks,
                thank you, thx, ty, great, lovely, nice, helpful, happy, pleased, enjoy*, cool, fun, glad,
                appreciat*, well made, favourite, favorite, recommend, recommended, yay, woohoo, ❤, 😍, 🥰, 🙏, 👏, 🎉,
                🙌, 💯, 🤩, ♥, 💙, 💚, 🧡, 💛""",
            1: """
                clean, thanks to, as always, patience, fresh, ^what a, quick, good, better, fast, friendly,
                smooth, easy, yes, wow, love, best, 👍, 😊, 😀, 🔥, ⭐, 😄, 👌, 💪""",
        },
        Label.SPAM: {
            3: """
                dm your, dm us your, dm your best, brand ambassador dm, become a brand ambassador, become our
                ambassador, live cam, cam tonight, free registration, free sign up, sergeant, trunk of money,
                trustworthy person, box of money, changed my life thank, copy trading, trading group, signal
                group, needs promotion, channel needs, organic views, watch hours, cheapest price, v bucks, no
                verification, free robux, free coins, free spins, diploma without, without exams, without exam,
                registered and verified, fake id, driving licence without, page for sale, account for sale, inbox
                for price, dm for price, dm for promo, dm for prices, dm for details, send pic, promo on,
                shoutout, real followers, k followers, 10k followers, 1k followers, gain followers, community
                guidelines and, violated our community, violates our, will be unpublished, will be removed within,
                will be disabled, within 24 hours, within 48 hours, confirm here, confirm your account, confirm
                your identity, verify here, connect your wallet, airdrop live, claim now, claim token, no
                collateral, % interest, apply now, love spell, brought my husband back, brought back my, my ex
                back, get your ex, husband back, widow, orphan, transfer * million, million dollars, usd to
                transfer, million to, we could be friends, can be friends, be my friend, could be friends, write
                me on, reach me on, contact him now, contact her now, contact them on, contact him on, contact her
                on, follow me and, i follow back, follows back, follow for follow, like for like, spicy, lonely
                tonight, meet me, hot photos, hot pics, my photos on, replica bags, replica shoes, ship worldwide,
                shipping worldwide, scammed of all, recovered my, recovered all my, got my money back with, only
                legit, thanks to mr, thanks to mrs, thanks to miss, mrs *'s trading, promote it, promote this, get
                featured, rank your, on google in, free audit, number one on google, {money} weekly, link on my
                profile, link in my profile, dm us, dm to collab, ask me how, 100% win, win tonight, odds for,
                join the telegram, join my telegram, telegram channel, telegram group, whatsapp group, see my
                pics, my pics here, are you single, buy verified, buy reviews, star google reviews, google reviews
                at, on skype, kilos in, pounds in * weeks, lost * kilos, lost * kg, lost * pounds, make money,
                earn money, earn up to, earning weekly, weekly profit*, daily profit*, passive income, extra
                income, work from home, financial freedom, quit your job, double your, triple your, guaranteed
                profit*, guaranteed returns, return on investment of, roi in, trading platform, forex, crypto,
                bitcoin, btc, usdt, ethereum, airdrop, presale, nft*, token launch, expert trader, account manager
                helped, mentor helped, trading signals, investment platform, invest as little, minimum deposit,
                withdraw your, recover your lost, recover lost funds, recovery expert, hacked account, instagram
                recovery, get followers, buy followers, free followers, more followers, grow your followers, grow
                your instagram, grow your account, boost your, increase your followers, real followers, followers
                cheap, likes and followers, promote it on, promote your page, promote this on, dm to promote, send
                pic to, send this to, onlyfans, hot girls, sexy, nudes, adult content, single ladies, dating site,
                casino, betting, bet now, free spins, jackpot, slots bonus, sure odds, fixed matches, click the
                link in my bio, link in my bio, link in bio, check my bio, check my profile, check out my profile,
                visit my profile, see my profile, check my page, check out my page, follow me back, follow back,
                f4f, l4l, sub4sub, sub to my channel, subscribe to my channel, check out my channel, my channel,
                limited time offer, act now, click here, claim your, you have won, you've won, you won,
                congratulations you, you've been selected, you have been selected, free gift card, giveaway
                winner, free iphone, whatsapp me, contact me on whatsapp, text me on, telegram me, hit me up on,
                message me on whatsapp, loan, loans, loan offer, payday, no credit check, viagra, cialis, weight
                loss, lose weight, cheap meds, replica watches, seo services, seo service, rank your website, rank
                on google, first page of google, backlinks, guest posting service, web design services, your
                website has errors, unpaid invoice, your account will be, account will be suspended, account has
                been suspended, account will be disabled, verify your account, violated our, community standards
                violation, copyright infringement, appeal form, spell caster, love spell, psychic, illuminati,
                inheritance, next of kin, million dollars, herbal""",
            2: """
                army, generator, fast delivery, find him on, find her on, coach, {link} free, to {mention}, on
                {mention}, views, subscribers cheap, earn from, just with your phone, hours per day, hours a day
                from, handsome, collab, odds, kilos, investment, investing, invest, trader, trading, whatsapp
                {phone}, {phone} {link}, dm me now, dm now, inbox me, promo code, followers, 100% free, 100%
                legit, 100% real, legit, risk free, urgent response, dear sir, dear friend, dear user, dear
                customer, hello dear, hi dear, dear page owner, meta support, subscribe, discount code, replica,
                {money} per day, {money} a day, {money} per week, {money} a week, {money} weekly, {money} daily,
                {money} in, free trial, 💰, 🤑, 💸, 🔞, 💋""",
            1: """
                {link}, {phone}, {money}, profit*, bonus, winner, prize, promo, cheap, click, guaranteed, dear,
                free, 🚀, 👇, 💵""",
        },
    },
    neutral="""
        no problem, no problems, no problem at all, no worries, not a problem, problem solved, problem fixed,
        issue resolved, new issue of, latest issue of, this issue of, issue number, without any issues, no issues,
        no bugs, fixed my, thanks but, thanks for nothing, no thanks, great another, thank you for your time,
        thanks in advance, thank you in advance, killing it, sick beat, bad boy, not bad idea, damn good, bug
        report, error free, broke my personal, sooner or later, see you later, free time, feel free, free of
        charge, sugar free, gluten free, my loan""",
    negations="""
        not, no, never, isn t, isnt, wasn t, wasnt, aren t, arent, don t, dont, doesn t, doesnt, didn t, didnt,
        won t, wont, can t, cant, cannot, couldn t, wouldn t, hardly, barely, nothing, without, neither, nor, far
        from, anything but""",
    boosters="only, just, to mention",
    common="""
        the a an and or but is are was were be been am i you he she it we they my your our their this that these
        those to of in on for with from at by as do does did have has had will would can could should not so if
        when what how there here just me him her us them about than then too very all any some more your i'm it's
        don't please hi hello""",
)
